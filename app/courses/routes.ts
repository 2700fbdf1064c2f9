/** Reading the catalogue: categories, courses, lessons. */
import { z } from 'zod';
import type { Database } from '../database/client.ts';
import { type Cursors, pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { versionTag } from '../http/precondition.ts';
import { openRoute, type Route, signedInRoute } from '../http/route.ts';
import { notFound, Problem } from '../problem.ts';
import type { Catalogue } from './catalogue.ts';
import {
  categorySchema,
  courseSchema,
  lessonObjection,
  lessonSchema,
  levels,
  listedCourseSchema,
} from './course.ts';
import { rightsOf } from './rights.ts';
import { findLesson, listCoursesOf, sorts } from './store.ts';

interface CourseParts {
  readonly database: Pick<Database, 'prisma' | 'readers'>;
  readonly catalogue: Catalogue;
  readonly cursors: Cursors;
  readonly now?: () => Date;
}

const tag = 'catalogue';
/** For the public lists and pages only; what the signed-in see otherwise is never stored. */
const publicCache = 'public, max-age=0, s-maxage=30, stale-while-revalidate=300';

const listQuery = z
  .strictObject({
    ...pageQuery,
    q: z.string().trim().min(1).max(200).optional(),
    category: z.string().max(80).optional(),
    level: z.enum(levels).optional(),
    language: z.string().max(35).optional(),
    free: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
    sort: z.enum(sorts).optional(),
  })
  .refine(({ sort, q }) => sort !== 'relevance' || q !== undefined, {
    path: ['sort'],
    error: 'relevance needs a search (q)',
  });

export function courseRoutes(parts: CourseParts): readonly Route[] {
  return [
    listRoute(parts),
    courseRoute(parts),
    lessonRoute(parts),
    categoriesRoute(parts),
    mineRoute(parts),
  ];
}

function listRoute({ catalogue }: CourseParts): Route {
  return openRoute({
    method: 'get',
    path: '/api/v1/courses',
    summary: 'Browse or search published courses',
    tag,
    access: 'optional',
    cacheControl: publicCache,
    query: listQuery,
    answers: { 200: pageOf(listedCourseSchema) },
    answer: async ({ query, url }) => {
      const { limit, cursor, sort, ...filter } = query;
      const order = sort ?? (filter.q === undefined ? 'newest' : 'relevance');
      const { page, shared } = await catalogue.list({ ...filter, sort: order }, cursor, limit);
      return { ...pageAnswer(page, url), shared };
    },
  });
}

function courseRoute({ catalogue }: CourseParts): Route {
  return openRoute({
    method: 'get',
    path: '/api/v1/courses/{course}',
    summary: 'A course with its outline, by id or slug',
    tag,
    access: 'optional',
    cacheControl: publicCache,
    params: z.strictObject({ course: z.string().min(1).max(120) }),
    answers: { 200: courseSchema },
    answer: async ({ params, caller }) => {
      const course = await catalogue.read(params.course, caller);
      const etag = versionTag('c', course.version);
      if (course.status !== 'draft') return { status: 200, body: course, shared: true, etag };
      return { status: 200, body: course, etag, headers: { 'Cache-Control': 'private, no-store' } };
    },
  });
}

const closed = {
  'not-enrolled': 'Enrol in the course to open its lessons.',
  'not-released': 'This lesson is not released yet.',
  prerequisites: 'Complete the lessons that this one requires first.',
};

function lessonRoute({ database, now = () => new Date() }: CourseParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/lessons/{lessonId}',
    summary: 'A lesson’s content, for enrolled learners once it is open, and for the staff',
    tag,
    params: z.strictObject({ lessonId: z.uuid() }),
    answers: { 200: lessonSchema },
    answer: async ({ params, caller }) => {
      const reader = await database.readers.forUser(caller.userId);
      const found = await findLesson(reader, params.lessonId, caller.userId);
      if (!found) throw notFound();
      const { maySee: isStaff } = rightsOf(caller.platformRole, found.roles);
      if (found.courseStatus === 'draft' && !isStaff) throw notFound();
      const { releaseAt } = found.lesson;
      const objection = lessonObjection({ ...found, isStaff, releaseAt }, now());
      if (objection) throw new Problem(403, objection, closed[objection]);
      return { status: 200, body: found.lesson, etag: versionTag('l', found.lesson.version) };
    },
  });
}

function categoriesRoute({ catalogue }: CourseParts): Route {
  return openRoute({
    method: 'get',
    path: '/api/v1/categories',
    summary: 'All categories in their order',
    tag,
    access: 'optional',
    cacheControl: publicCache,
    answers: { 200: z.strictObject({ data: z.array(categorySchema) }) },
    answer: async () => ({ status: 200, body: await catalogue.categories(), shared: true }),
  });
}

function mineRoute({ database, cursors }: CourseParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/me/courses',
    summary: 'Courses in which the caller has a role, drafts included',
    tag,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(listedCourseSchema) },
    answer: async ({ caller, query, url }) => {
      const reader = await database.readers.forUser(caller.userId);
      const page = await cursors.page(query, {
        scope: ['me/courses', caller.userId],
        find: (bounds) => listCoursesOf(reader, caller.userId, bounds),
        positionOf: ({ createdAt, id }) => [createdAt, id],
        show: ({ createdAt: _, ...course }) => course,
      });
      return pageAnswer(page, url);
    },
  });
}
