/** Rows that tests start from, with defaults for what a test does not care about. */
import { randomUUID } from 'node:crypto';
import type { Prisma, PrismaClient } from '../database/generated/client.ts';

/** @returns the new user's id */
export async function addUser(
  prisma: PrismaClient,
  overrides: Partial<Prisma.UserCreateManyInput> = {},
): Promise<string> {
  const data = {
    email: `${randomUUID()}@example.test`,
    displayName: 'Ada Lovelace',
    passwordHash: 'none',
    ...overrides,
  };
  const { id } = await prisma.user.create({ data, select: { id: true } });
  return id;
}

/** @returns the ids of as many new users */
export async function addUsers(prisma: PrismaClient, count: number): Promise<readonly string[]> {
  const data = Array.from({ length: count }, (_, index) => ({
    email: `${randomUUID()}@example.test`,
    displayName: `Learner ${index}`,
    passwordHash: 'none',
  }));
  const users = await prisma.user.createManyAndReturn({ data, select: { id: true } });
  return users.map(({ id }) => id);
}

/** A published course in a category of its own. @returns its id */
export async function addCourse(
  prisma: PrismaClient,
  overrides: Partial<Prisma.CourseUncheckedCreateInput> = {},
): Promise<string> {
  const key = randomUUID();
  const category = await prisma.category.create({ data: { slug: key, name: 'Mathematics' } });
  const data = {
    slug: key,
    title: 'Analytical engines',
    status: 'published' as const,
    publishedAt: new Date(),
    categoryId: category.id,
    ...overrides,
  };
  const { id } = await prisma.course.create({ data, select: { id: true } });
  return id;
}

/** An active enrolment. @returns its id */
export async function addEnrolment(
  prisma: PrismaClient,
  courseId: string,
  userId: string,
  overrides: Partial<Prisma.EnrolmentUncheckedCreateInput> = {},
): Promise<string> {
  const { id } = await prisma.enrolment.create({
    data: { courseId, userId, status: 'active', activatedAt: new Date(), ...overrides },
    select: { id: true },
  });
  return id;
}
