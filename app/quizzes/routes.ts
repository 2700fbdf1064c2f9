/** Quizzes as learners find them; with the routes of those who write, take and review them. */
import { z } from 'zod';
import { courseRights } from '../courses/rights.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import { isLearning } from '../enrolments/enrolment.ts';
import { pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { versionTag } from '../http/precondition.ts';
import { type Caller, type Route, signedInRoute } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { visibleQuiz } from './access.ts';
import { quizAuthoringRoutes } from './authoring.ts';
import { bankRoutes } from './bank.ts';
import { inCourse, ofQuiz, type QuizParts, tag, time } from './parts.ts';
import { reviewRoutes } from './review.ts';
import { listQuizzes, type QuizRow } from './store.ts';
import { takingRoutes } from './taking.ts';

const quizSchema = z
  .strictObject({
    id: z.uuid(),
    courseId: z.uuid(),
    lessonId: z.uuid().nullable(),
    title: z.string(),
    questionCount: z.int(),
    timeLimitSeconds: z.int().nullable(),
    lateGraceSeconds: z.int(),
    attemptsAllowed: z.int().nullable(),
    shuffle: z.boolean(),
    passPercent: z.int(),
    reviewPolicy: z.enum(['never', 'graded', 'closed']),
    opensAt: time.nullable(),
    closesAt: time.nullable(),
    published: z.boolean(),
  })
  .meta({ id: 'Quiz' });

/** Every route of quizzes. */
export function quizRoutes(parts: QuizParts): readonly Route[] {
  return [
    ...bankRoutes(parts),
    ...quizAuthoringRoutes(parts),
    listRoute(parts),
    quizRoute(parts),
    ...takingRoutes(parts),
    ...reviewRoutes(parts),
  ];
}

function listRoute({ prisma, cursors }: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/courses/{courseId}/quizzes',
    summary: 'The quizzes of a course, newest first',
    tag,
    params: inCourse,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(quizSchema) },
    answer: async ({ caller, params: { courseId }, query, url }) => {
      const drafts = await seesDrafts(prisma, courseId, caller);
      const page = await cursors.page(query, {
        scope: ['quizzes', courseId, drafts],
        find: (bounds) => prisma.$queryRaw<QuizRow[]>(listQuizzes({ courseId, drafts, ...bounds })),
        positionOf: ({ createdAt, id }) => [createdAt.toISOString(), id],
        show: showQuiz,
      });
      return pageAnswer(page, url);
    },
  });
}

/** @throws Problem 404 for those who neither learn nor work in the course */
async function seesDrafts(
  prisma: PrismaClient,
  courseId: string,
  caller: Caller,
): Promise<boolean> {
  const where = { courseId_userId: { courseId, userId: caller.userId } };
  const enrolment = await prisma.enrolment.findUnique({ where, select: { status: true } });
  const rights = await courseRights(prisma, courseId, caller);
  if (rights.maySee) return true;
  if (enrolment && isLearning(enrolment.status)) return false;
  throw notFound();
}

function quizRoute(parts: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/quizzes/{quizId}',
    summary: 'The settings of a quiz',
    tag,
    params: ofQuiz,
    answers: { 200: quizSchema },
    answer: async ({ caller, params }) => {
      const { quiz } = await visibleQuiz(parts, params.quizId, caller);
      return { status: 200, body: showQuiz(quiz), etag: versionTag('q', quiz.version) };
    },
  });
}

function showQuiz({ version: _version, createdAt: _createdAt, publishedAt, ...quiz }: QuizRow) {
  return { ...quiz, published: publishedAt !== null };
}
