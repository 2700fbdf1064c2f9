/** Changes of a course itself: its fields and its status, each raising its version. */
import { Prisma, type PrismaClient } from '../database/generated/client.ts';
import { changedSince, conflict, invalid, notFound } from '../problem.ts';
import { type CourseChange, type Status, statusObjection } from './course.ts';

type Transaction = Prisma.TransactionClient;

/** The course a change belongs to, as its transaction left it. */
export interface Edited {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
}

export interface VersionedRef {
  readonly id: string;
  /** As the author read it. */
  readonly version: number;
}

/** @throws Problem 412 when the version is no longer the course's */
export async function changeCourse(
  prisma: PrismaClient,
  { id, version }: VersionedRef,
  change: CourseChange,
): Promise<Edited> {
  return refusingDuplicates(async () => {
    const [course] = await prisma.course.updateManyAndReturn({
      where: { id, version },
      data: { ...defined(change), version: { increment: 1 } },
      select: { id: true, slug: true, version: true },
    });
    if (!course) throw changedSince();
    return course;
  });
}

/** @throws Problem 409 when the rules of statuses are against it, 412 as above */
export async function changeStatus(
  prisma: PrismaClient,
  { id, version }: VersionedRef,
  to: Status,
): Promise<Edited> {
  return prisma.$transaction(async (transaction) => {
    const course = await lockCourse(transaction, id);
    if (course.version !== version) throw changedSince();
    const lessons = await transaction.lesson.count({ where: { courseId: id } });
    const objection = statusObjection(course.status, to, lessons);
    if (objection) throw conflict('status', objection);
    const publishedAt = course.status === 'draft' ? { publishedAt: new Date() } : {};
    return transaction.course.update({
      where: { id },
      data: { status: to, ...publishedAt, version: { increment: 1 } },
      select: { id: true, slug: true, version: true },
    });
  });
}

async function lockCourse(transaction: Transaction, id: string) {
  const [course] = await transaction.$queryRaw<{ status: Status; version: number }[]>`
    SELECT status::text, version FROM courses WHERE id = ${id}::uuid FOR UPDATE`;
  if (!course) throw notFound();
  return course;
}

/** Turn broken uniqueness and foreign keys of a course's fields into what they mean to the author. */
export async function refusingDuplicates<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const code = error instanceof Prisma.PrismaClientKnownRequestError ? error.code : '';
    if (code === 'P2002') throw conflict('slug-taken', 'Another one has this slug.');
    if (code === 'P2003') {
      const detail = 'There is no such category.';
      throw invalid([{ pointer: '#/categoryId', rule: 'reference', detail }]);
    }
    throw error;
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that were not given: Prisma wants them absent. */
export function defined<T extends object>(object: T): Defined<T> {
  const given = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Defined<T>;
}
