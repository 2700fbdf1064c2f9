/** Writing courses: opening and publishing them, their staff, modules and lessons. */
import { z } from 'zod';
import type { PrismaClient } from '../database/generated/client.ts';
import { versionRead, versionTag } from '../http/precondition.ts';
import { type Answer, type Caller, type Route, signedInRoute } from '../http/route.ts';
import { forbidden, notFound } from '../problem.ts';
import type { Catalogue } from './catalogue.ts';
import {
  categorySchema,
  courseChangeSchema,
  courseRoles,
  newCourseSchema,
  statuses,
} from './course.ts';
import { changeCourse, changeStatus, refusingDuplicates } from './edit.ts';
import { courseRights, requireRight } from './rights.ts';
import { findCourseState } from './store.ts';

export interface AuthoringParts {
  readonly prisma: PrismaClient;
  readonly catalogue: Catalogue;
}

const tag = 'authoring';
const created = z.strictObject({ id: z.uuid() });
const courseId = z.strictObject({ courseId: z.uuid() });
const versioned = z.strictObject({ id: z.uuid(), version: z.int() });

export function authoringRoutes(parts: AuthoringParts): readonly Route[] {
  return [
    addCategoryRoute(parts),
    openCourseRoute(parts),
    ...changeRoutes(parts),
    staffRoute(parts),
  ];
}

/** The course, if the caller may edit it. @throws Problem 404 or 403 */
export async function editable(prisma: PrismaClient, id: string, caller: Caller) {
  const course = await findCourseState(prisma, id);
  if (!course) throw notFound();
  requireRight(await courseRights(prisma, id, caller), 'mayEdit', course.status);
  return course;
}

/** The answer to a change that left the course at this version. */
export function changed(course: { readonly id: string; readonly version: number }): Answer {
  const { id, version } = course;
  return { status: 200, body: { id, version }, etag: versionTag('c', version) };
}

function requireAdministrator(caller: Caller): void {
  if (caller.platformRole !== 'administrator') throw forbidden('Only administrators may do this.');
}

function addCategoryRoute({ prisma, catalogue }: AuthoringParts): Route {
  const { slug } = categorySchema.shape;
  return signedInRoute({
    method: 'post',
    path: '/api/v1/categories',
    summary: 'Add a category (administrators)',
    tag,
    body: z.strictObject({
      slug: slug.max(80),
      name: z.string().trim().min(1).max(120),
      position: z.int().min(0).max(10_000).default(0),
    }),
    answers: { 201: created },
    answer: async ({ caller, body }) => {
      requireAdministrator(caller);
      const { id } = await refusingDuplicates(() => prisma.category.create({ data: body }));
      await catalogue.forgetCategories();
      return { status: 201, body: { id } };
    },
  });
}

function openCourseRoute({ prisma }: AuthoringParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/courses',
    summary: 'Open a course as a draft (administrators)',
    tag,
    idempotent: true,
    body: newCourseSchema,
    answers: { 201: created },
    answer: async ({ caller, body }) => {
      requireAdministrator(caller);
      const { id } = await refusingDuplicates(() =>
        prisma.course.create({ data: body, select: { id: true } }),
      );
      return { status: 201, body: { id }, headers: { Location: `/api/v1/courses/${id}` } };
    },
  });
}

function changeRoutes({ prisma, catalogue }: AuthoringParts): readonly Route[] {
  return [
    signedInRoute({
      method: 'patch',
      path: '/api/v1/courses/{courseId}',
      summary: 'Change a course; needs If-Match',
      tag,
      params: courseId,
      body: courseChangeSchema,
      answers: { 200: versioned },
      answer: async ({ caller, params, body, header }) => {
        const before = await editable(prisma, params.courseId, caller);
        const version = versionRead({ header }, 'c');
        const course = await changeCourse(prisma, { id: params.courseId, version }, body);
        await catalogue.forget(before, true);
        await catalogue.forget(course, true);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'put',
      path: '/api/v1/courses/{courseId}/status',
      summary: 'Publish or archive a course; needs If-Match',
      tag,
      params: courseId,
      body: z.strictObject({ status: z.enum(statuses) }),
      answers: { 200: versioned },
      answer: async ({ caller, params, body, header }) => {
        await editable(prisma, params.courseId, caller);
        const version = versionRead({ header }, 'c');
        const course = await changeStatus(prisma, { id: params.courseId, version }, body.status);
        await catalogue.forget(course, true);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'delete',
      path: '/api/v1/courses/{courseId}',
      summary: 'Delete a draft (administrators); needs If-Match',
      tag,
      params: courseId,
      answers: { 204: null },
      answer: async ({ caller, params, header }) => {
        requireAdministrator(caller);
        const version = versionRead({ header }, 'c');
        const { count } = await prisma.course.deleteMany({
          where: { id: params.courseId, version, status: 'draft' },
        });
        if (count === 0) throw notFound('There is no such draft in that version.');
        return { status: 204 };
      },
    }),
  ];
}

function staffRoute({ prisma }: AuthoringParts): Route {
  return signedInRoute({
    method: 'put',
    path: '/api/v1/courses/{courseId}/staff/{userId}',
    summary: 'Set a user’s roles in a course; only administrators make teachers',
    tag,
    params: z.strictObject({ courseId: z.uuid(), userId: z.uuid() }),
    body: z.strictObject({ roles: z.array(z.enum(courseRoles)).max(4) }),
    answers: { 204: null },
    answer: async ({ caller, params, body }) => {
      const course = await findCourseState(prisma, params.courseId);
      if (!course) throw notFound();
      const rights = await courseRights(prisma, params.courseId, caller);
      requireRight(rights, 'mayTeach', course.status);
      await setStaff(prisma, params, body.roles, caller.platformRole === 'administrator');
      return { status: 204 };
    },
  });
}

type Role = (typeof courseRoles)[number];

/** @param mayMakeTeachers without it, giving or taking the teacher's role is 403 */
async function setStaff(
  prisma: PrismaClient,
  where: { readonly courseId: string; readonly userId: string },
  roles: readonly Role[],
  mayMakeTeachers: boolean,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const user = await transaction.user.findUnique({
      where: { id: where.userId },
      select: { courseRoles: { where, select: { role: true } } },
    });
    if (!user) throw notFound('There is no such user.');
    const wasTeacher = user.courseRoles.some(({ role }) => role === 'teacher');
    if (!mayMakeTeachers && (wasTeacher || roles.includes('teacher'))) {
      throw forbidden('Only administrators make and dismiss teachers.');
    }
    await transaction.courseRole.deleteMany({ where });
    await transaction.courseRole.createMany({
      data: [...new Set(roles)].map((role) => ({ ...where, role })),
    });
  });
}
