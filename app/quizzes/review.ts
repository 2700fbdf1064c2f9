/** Attempts as learners and teachers look back at them, and teachers' own grades. */
import { z } from 'zod';
import { pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { versionRead } from '../http/precondition.ts';
import { type Route, signedInRoute } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { answerAttempt, gradingTagPrefix, seenAttempt, visibleQuiz } from './access.ts';
import { type AttemptRow, listStatement } from './attempts.ts';
import { overrideGrade } from './grade.ts';
import { ofAnswer, ofAttempt, ofQuiz, present, type QuizParts, tag } from './parts.ts';
import { attemptSchema, listedAttemptSchema, showListed } from './view.ts';

export function reviewRoutes(parts: QuizParts): readonly Route[] {
  return [attemptsRoute(parts), attemptRoute(parts), gradeRoute(parts)];
}

function attemptsRoute(parts: QuizParts): Route {
  const { prisma, cursors } = parts;
  return signedInRoute({
    method: 'get',
    path: '/api/v1/quizzes/{quizId}/attempts',
    summary: 'Your attempts at a quiz; for teachers everybody’s',
    tag,
    params: ofQuiz,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(listedAttemptSchema) },
    answer: async ({ caller, params: { quizId }, query, url }) => {
      const { teaches } = await visibleQuiz(parts, quizId, caller);
      const userId = teaches ? undefined : caller.userId;
      const page = await cursors.page(query, {
        scope: ['attempts', quizId, userId],
        find: (bounds) =>
          prisma.$queryRaw<AttemptRow[]>(listStatement({ quizId, userId, ...bounds })),
        positionOf: ({ startedAt, id }) => [startedAt.toISOString(), id],
        show: showListed,
      });
      return pageAnswer(page, url);
    },
  });
}

function attemptRoute(parts: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/attempts/{attemptId}',
    summary: 'An attempt with its questions and answers; grades and keys once released',
    tag,
    params: ofAttempt,
    answers: { 200: attemptSchema },
    answer: ({ caller, params }) => answerAttempt(parts, params.attemptId, caller),
  });
}

function gradeRoute(parts: QuizParts): Route {
  const { prisma, now = present } = parts;
  return signedInRoute({
    method: 'put',
    path: '/api/v1/attempts/{attemptId}/answers/{questionId}/grade',
    summary: 'Give an answer your own grade; needs If-Match of the attempt',
    tag,
    params: ofAnswer,
    body: z.strictObject({
      score: z.number().min(0).max(1000).multipleOf(0.01),
      reason: z.string().trim().min(1).max(1000),
      feedback: z.string().trim().min(1).max(10_000).optional(),
    }),
    answers: { 200: attemptSchema },
    answer: async (request) => {
      const { caller, params, body } = request;
      const seen = await seenAttempt(parts, params.attemptId, caller);
      if (seen.viewer !== 'teacher') throw notFound();
      const version = versionRead(request, gradingTagPrefix);
      await overrideGrade(prisma, { ...params, ...body, graderId: caller.userId, version }, now());
      return answerAttempt(parts, params.attemptId, caller);
    },
  });
}
