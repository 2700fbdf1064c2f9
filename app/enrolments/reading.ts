/** One enrolment, a learner's, a course's. */
import { z } from 'zod';
import { courseRights } from '../courses/rights.ts';
import { type Page, pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { type Caller, type Route, signedInRoute } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { seenEnrolment } from './access.ts';
import { statuses } from './enrolment.ts';
import { type EnrolmentParts, inCourse, ofEnrolment, tag } from './parts.ts';
import { type EnrolmentRow, listStatement, type Whose } from './store.ts';
import { enrolmentSchema, show } from './view.ts';

const listQuery = z.strictObject({ ...pageQuery, status: z.enum(statuses).optional() });

export function readingRoutes(parts: EnrolmentParts): readonly Route[] {
  return [mineRoute(parts), ofCourseRoute(parts), oneRoute(parts)];
}

function mineRoute(parts: EnrolmentParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/enrolments',
    summary: 'Your enrolments, newest first',
    tag,
    query: listQuery,
    answers: { 200: pageOf(enrolmentSchema) },
    answer: async ({ caller, query, url }) => {
      const whose = { learnerId: caller.userId };
      const page = await list(parts, whose, query, caller);
      return pageAnswer(page, url);
    },
  });
}

function ofCourseRoute(parts: EnrolmentParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/courses/{courseId}/enrolments',
    summary: 'Everybody enrolled in a course, newest first: for its teachers',
    tag,
    params: inCourse,
    query: listQuery,
    answers: { 200: pageOf(enrolmentSchema) },
    answer: async ({ caller, params: { courseId }, query, url }) => {
      const rights = await courseRights(parts.database.prisma, courseId, caller);
      if (!rights.mayTeach) throw notFound();
      return pageAnswer(await list(parts, { courseId }, query, caller), url);
    },
  });
}

async function list(
  { database, cursors }: EnrolmentParts,
  whose: Whose,
  query: z.output<typeof listQuery>,
  caller: Caller,
): Promise<Page<unknown>> {
  const { status } = query;
  const reader = await database.readers.forUser(caller.userId);
  return cursors.page(query, {
    scope: ['enrolments', ...Object.entries(whose).flat(), status],
    find: (bounds) => reader.$queryRaw<EnrolmentRow[]>(listStatement({ whose, status, ...bounds })),
    positionOf: ({ createdAt, id }) => [createdAt.toISOString(), id],
    show,
  });
}

function oneRoute({ database: { prisma } }: EnrolmentParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/enrolments/{enrolmentId}',
    summary: 'One enrolment: its learner’s and the teachers’ view',
    tag,
    params: ofEnrolment,
    answers: { 200: enrolmentSchema },
    answer: async ({ caller, params }) => {
      const { enrolment } = await seenEnrolment(prisma, params.enrolmentId, caller);
      return { status: 200, body: show(enrolment) };
    },
  });
}
