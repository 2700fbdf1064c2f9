/** Taking a quiz: start an attempt, save answers, submit. */
import { z } from 'zod';
import { type Route, signedInRoute } from '../http/route.ts';
import { conflict, invalid, notFound } from '../problem.ts';
import { answerAttempt, visibleQuiz } from './access.ts';
import { findAsked, saveResponse } from './answers.ts';
import { ofAnswer, ofAttempt, ofQuiz, present, type QuizParts, tag } from './parts.ts';
import { objectionToResponse, responseSchema } from './question.ts';
import { startAttempt } from './start.ts';
import { submitAttempt } from './submit.ts';
import { attemptSchema } from './view.ts';

export function takingRoutes(parts: QuizParts): readonly Route[] {
  return [startRoute(parts), saveRoute(parts), submitRoute(parts)];
}

function startRoute(parts: QuizParts): Route {
  const { prisma, now = present } = parts;
  return signedInRoute({
    method: 'post',
    path: '/api/v1/quizzes/{quizId}/attempts',
    summary: 'Start an attempt, or go on with the one you have open',
    tag,
    params: ofQuiz,
    idempotent: true,
    answers: { 200: attemptSchema, 201: attemptSchema },
    answer: async ({ caller, params }) => {
      const { quiz, admission } = await visibleQuiz(parts, params.quizId, caller);
      if (admission?.status !== 'active') {
        throw conflict('not-active', 'Only active learners of the course take its quizzes.');
      }
      if (!admission.lessonIsOpen) throw conflict('lesson-locked', 'Its lesson is not open yet.');
      const start = { quiz, enrolmentId: admission.enrolmentId };
      const { attemptId, isNew } = await startAttempt(prisma, start, now());
      const answer = await answerAttempt(parts, attemptId, caller);
      const headers = { Location: `/api/v1/attempts/${attemptId}` };
      return { ...answer, status: isNew ? 201 : 200, headers };
    },
  });
}

function saveRoute({ prisma, now = present }: QuizParts): Route {
  return signedInRoute({
    method: 'put',
    path: '/api/v1/attempts/{attemptId}/answers/{questionId}',
    summary: 'Save an answer; the last one saved in time counts',
    tag,
    params: ofAnswer,
    body: z.strictObject({ response: responseSchema }),
    answers: { 204: null },
    answer: async ({ caller, params, body: { response } }) => {
      const question = await findAsked(prisma, params, caller.userId);
      if (!question) throw notFound();
      const detail = objectionToResponse(response, question);
      if (detail) throw invalid([{ pointer: '#/response', rule: 'mismatch', detail }]);
      const saved = await saveResponse(prisma, { ...params, response }, now());
      if (!saved) throw conflict('attempt-over', 'The attempt takes no more answers.');
      return { status: 204 };
    },
  });
}

function submitRoute(parts: QuizParts): Route {
  const { prisma, now = present } = parts;
  return signedInRoute({
    method: 'post',
    path: '/api/v1/attempts/{attemptId}/submit',
    summary: 'Submit an attempt; essays are then graded in the background',
    tag,
    params: ofAttempt,
    idempotent: true,
    answers: { 200: attemptSchema },
    answer: async ({ caller, params: { attemptId } }) => {
      await submitAttempt(prisma, { attemptId, learnerId: caller.userId }, now());
      return answerAttempt(parts, attemptId, caller);
    },
  });
}
