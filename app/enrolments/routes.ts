/** Enrolling, by learners themselves and by teachers, and leaving; with the routes of those who read. */
import { z } from 'zod';
import { courseRights, requireRight } from '../courses/rights.ts';
import { type Caller, type Route, signedInRoute } from '../http/route.ts';
import { conflict, invalid, notFound } from '../problem.ts';
import { seenEnrolment } from './access.ts';
import { type Asker, changeEnrolment, type Target } from './change.ts';
import type { Action } from './enrolment.ts';
import { type EnrolmentParts, inCourse, ofEnrolment, tag } from './parts.ts';
import { readingRoutes } from './reading.ts';
import { type EnrolmentRow, findEnrolment } from './store.ts';
import { enrolmentSchema, show } from './view.ts';

/** Without an e-mail the caller enrols themself; with one, a teacher enrols or invites somebody. */
const enrolBody = z.strictObject({
  email: z
    .email()
    .max(254)
    .transform((email) => email.toLowerCase())
    .optional(),
  invite: z.boolean().default(false),
});

export function enrolmentRoutes(parts: EnrolmentParts): readonly Route[] {
  return [enrolRoute(parts), ...readingRoutes(parts), acceptRoute(parts), withdrawRoute(parts)];
}

function enrolRoute(parts: EnrolmentParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/courses/{courseId}/enrolments',
    summary: 'Enrol yourself, or as a teacher somebody else',
    tag,
    params: inCourse,
    body: enrolBody,
    idempotent: true,
    answers: { 201: enrolmentSchema },
    answer: async ({ caller, params: { courseId }, body }) => {
      const by = await asker(parts, courseId, caller, body);
      const userId = body.email === undefined ? caller.userId : await userBy(parts, body.email);
      const action = body.invite ? 'invite' : 'seat';
      const enrolment = await change(parts, { courseId, userId }, action, by);
      const headers = { Location: `/api/v1/enrolments/${enrolment.id}` };
      return { status: 201, body: show(enrolment), headers };
    },
  });
}

/** @throws Problem 404 for a course the caller does not see, 403 for enrolling others without the right */
async function asker(
  { database: { prisma } }: EnrolmentParts,
  courseId: string,
  caller: Caller,
  { email, invite }: z.output<typeof enrolBody>,
): Promise<Asker> {
  const where = { id: courseId };
  const course = await prisma.course.findUnique({ where, select: { status: true } });
  if (!course) throw notFound();
  const forOther = email !== undefined || invite;
  if (!forOther && course.status === 'published') return 'learner';
  const rights = await courseRights(prisma, courseId, caller);
  if (forOther) requireRight(rights, 'mayTeach', course.status);
  else if (course.status === 'draft') throw rights.maySee ? notOffered() : notFound();
  if (invite && email === undefined)
    throw invalid([
      { pointer: '#/email', rule: 'required', detail: 'An invitation needs an e-mail.' },
    ]);
  return forOther ? 'teacher' : 'learner';
}

function notOffered(): Error {
  return conflict('course-draft', 'It is not published.');
}

async function userBy({ database: { prisma } }: EnrolmentParts, email: string): Promise<string> {
  const user = await prisma.user.findUnique({ where: { email }, select: { id: true } });
  if (user) return user.id;
  const detail = 'Nobody has an account with this e-mail.';
  throw invalid([{ pointer: '#/email', rule: 'unknown', detail }]);
}

async function change(
  { database: { prisma }, now = () => new Date() }: EnrolmentParts,
  target: Target,
  action: Action,
  by: Asker,
): Promise<EnrolmentRow> {
  const { id } = await changeEnrolment(prisma, target, action, by, now());
  const enrolment = await findEnrolment(prisma, id);
  if (!enrolment) throw notFound();
  return enrolment;
}

function acceptRoute(parts: EnrolmentParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/enrolments/{enrolmentId}/accept',
    summary: 'Accept an invitation',
    tag,
    params: ofEnrolment,
    idempotent: true,
    answers: { 200: enrolmentSchema },
    answer: async ({ caller, params }) => {
      const enrolment = await findEnrolment(parts.database.prisma, params.enrolmentId);
      if (enrolment?.learnerId !== caller.userId) throw notFound();
      // Who invited has answered for the price; the offer's end still counts.
      const changed = await change(parts, targetOf(enrolment), 'accept', 'teacher');
      return { status: 200, body: show(changed) };
    },
  });
}

function withdrawRoute(parts: EnrolmentParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/enrolments/{enrolmentId}/withdraw',
    summary: 'Withdraw from a course, or as its teacher withdraw a learner',
    tag,
    params: ofEnrolment,
    idempotent: true,
    answers: { 200: enrolmentSchema },
    answer: async ({ caller, params }) => {
      const { prisma } = parts.database;
      const { enrolment, viewer } = await seenEnrolment(prisma, params.enrolmentId, caller);
      const changed = await change(parts, targetOf(enrolment), 'withdraw', viewer);
      return { status: 200, body: show(changed) };
    },
  });
}

function targetOf({ courseId, learnerId }: EnrolmentRow): Target {
  return { courseId, userId: learnerId };
}
