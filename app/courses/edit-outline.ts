/** Changes of modules and lessons: each in one transaction that raises the course's version. */
import type { Prisma, PrismaClient } from '../database/generated/client.ts';
import { changedSince, conflict, invalid, notFound } from '../problem.ts';
import type { LessonChange, NewLesson } from './course.ts';
import { defined, type Edited, type VersionedRef } from './edit.ts';

type Transaction = Prisma.TransactionClient;

/** A module at the end of the course. */
export async function addModule(prisma: PrismaClient, courseId: string, title: string) {
  return editing(prisma, courseId, async (transaction) => {
    const { _max } = await transaction.module.aggregate({
      where: { courseId },
      _max: { position: true },
    });
    const position = (_max.position ?? -1) + 1;
    const data = { courseId, title, position };
    const { id } = await transaction.module.create({ data, select: { id: true } });
    return { id, position };
  });
}

export async function renameModule(
  prisma: PrismaClient,
  { id, courseId }: { readonly id: string; readonly courseId: string },
  title: string,
) {
  return editing(prisma, courseId, async (transaction) => {
    await transaction.module.update({ where: { id }, data: { title } });
  });
}

/** Remove a module with its lessons. */
export async function removeModule(
  prisma: PrismaClient,
  { id, courseId }: { readonly id: string; readonly courseId: string },
) {
  return editing(prisma, courseId, async (transaction) => {
    await transaction.module.delete({ where: { id } });
  });
}

/** A lesson at the end of its module. */
export async function addLesson(
  prisma: PrismaClient,
  module: { readonly id: string; readonly courseId: string },
  lesson: NewLesson,
) {
  const { courseId, id: moduleId } = module;
  return editing(prisma, courseId, async (transaction) => {
    const { _max } = await transaction.lesson.aggregate({
      where: { moduleId },
      _max: { position: true },
    });
    const position = (_max.position ?? -1) + 1;
    const { id } = await transaction.lesson.create({
      data: { ...lesson, ...requireMediaKind(lesson), courseId, moduleId, position },
      select: { id: true },
    });
    return { id, position };
  });
}

/** @throws Problem 412 when the version is no longer the lesson's */
export async function changeLesson(
  prisma: PrismaClient,
  lesson: VersionedRef & { readonly courseId: string; readonly kind: NewLesson['kind'] },
  change: LessonChange,
) {
  const { id, version, courseId, kind } = lesson;
  return editing(prisma, courseId, async (transaction) => {
    const { count } = await transaction.lesson.updateMany({
      where: { id, version },
      data: {
        ...defined(change),
        ...requireMediaKind({ kind, mediaUrl: change.mediaUrl ?? null }),
        version: { increment: 1 },
      },
    });
    if (count === 0) throw changedSince();
  });
}

export async function removeLesson(
  prisma: PrismaClient,
  { id, courseId }: { readonly id: string; readonly courseId: string },
) {
  return editing(prisma, courseId, async (transaction) => {
    await transaction.lesson.delete({ where: { id } });
  });
}

/**
 * Put all modules of a course into this order, in one statement.
 *
 * @throws Problem 409 unless `ids` are exactly the course's modules
 */
export async function orderModules(prisma: PrismaClient, courseId: string, ids: readonly string[]) {
  return editing(prisma, courseId, async (transaction) => {
    const count = await transaction.module.count({ where: { courseId } });
    const moved = await transaction.$executeRaw`
      UPDATE modules m SET position = place.position - 1, version = version + 1
      FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS place(id, position)
      WHERE m.id = place.id AND m.course_id = ${courseId}::uuid`;
    requireAll(count, moved, ids.length);
  });
}

/** The same for the lessons of a module. */
export async function orderLessons(
  prisma: PrismaClient,
  module: { readonly id: string; readonly courseId: string },
  ids: readonly string[],
) {
  return editing(prisma, module.courseId, async (transaction) => {
    const count = await transaction.lesson.count({ where: { moduleId: module.id } });
    const moved = await transaction.$executeRaw`
      UPDATE lessons l SET position = place.position - 1
      FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS place(id, position)
      WHERE l.id = place.id AND l.module_id = ${module.id}::uuid`;
    requireAll(count, moved, ids.length);
  });
}

/**
 * Set which lessons must be completed before this one.
 *
 * @throws Problem 409 for lessons of other courses and for circles
 */
export async function setPrerequisites(
  prisma: PrismaClient,
  lesson: { readonly id: string; readonly courseId: string },
  requiredIds: readonly string[],
) {
  const { id: lessonId, courseId } = lesson;
  return editing(prisma, courseId, async (transaction) => {
    const known = await transaction.lesson.count({
      where: { courseId, id: { in: [...requiredIds] } },
    });
    if (known !== requiredIds.length) {
      throw conflict('other-course', 'Prerequisites must be lessons of the same course.');
    }
    await transaction.lessonPrerequisite.deleteMany({ where: { lessonId } });
    await transaction.lessonPrerequisite.createMany({
      data: requiredIds.map((requiredId) => ({ lessonId, requiredId, courseId })),
    });
    const [circle] = await transaction.$queryRaw<readonly unknown[]>`
      WITH RECURSIVE needed(id) AS (
        SELECT required_id FROM lesson_prerequisites WHERE lesson_id = ${lessonId}::uuid
        UNION
        SELECT p.required_id FROM lesson_prerequisites p JOIN needed ON p.lesson_id = needed.id
      ) SELECT 1 FROM needed WHERE id = ${lessonId}::uuid`;
    if (circle) throw conflict('circle', 'A lesson cannot, through others, require itself.');
    await transaction.lesson.update({
      where: { id: lessonId },
      data: { version: { increment: 1 } },
    });
  });
}

/** Run `change` with the course locked, and raise its version. */
async function editing<T>(
  prisma: PrismaClient,
  courseId: string,
  change: (transaction: Transaction) => Promise<T>,
): Promise<{ readonly course: Edited; readonly result: T }> {
  return prisma.$transaction(async (transaction) => {
    const [course] = await transaction.course.updateManyAndReturn({
      where: { id: courseId },
      data: { version: { increment: 1 } },
      select: { id: true, slug: true, version: true },
    });
    if (!course) throw notFound();
    return { course, result: await change(transaction) };
  });
}

function requireAll(count: number, moved: number, given: number): void {
  if (count === given && moved === given) return;
  throw conflict('other-set', 'The order must name exactly what is there now.');
}

/** Only video and file lessons have media. */
function requireMediaKind({ kind, mediaUrl }: Pick<NewLesson, 'kind' | 'mediaUrl'>): object {
  if (mediaUrl === null || kind === 'video' || kind === 'file') return {};
  const detail = `A ${kind} lesson has no media.`;
  throw invalid([{ pointer: '#/mediaUrl', rule: 'media_kind', detail }]);
}
