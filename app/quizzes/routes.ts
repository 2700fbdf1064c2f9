/** Taking quizzes and seeing their results; grading by teachers. */
import { z } from 'zod';
import { courseRights } from '../courses/rights.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import { pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { versionRead, versionTag } from '../http/precondition.ts';
import { type Answer, type Caller, type Route, signedInRoute } from '../http/route.ts';
import { conflict, invalid, notFound } from '../problem.ts';
import {
  type AttemptRow,
  findAnswers,
  findAttempt,
  findKeys,
  listStatement,
  saveResponse,
} from './attempts.ts';
import { type QuizParts, quizAuthoringRoutes } from './authoring.ts';
import { overrideGrade } from './grade.ts';
import { objectionToResponse, optionsSchema, responseSchema } from './question.ts';
import { type Admission, findAdmission, findQuiz, listQuizzes, type QuizRow } from './store.ts';
import { startAttempt, submitAttempt } from './take.ts';
import {
  attemptSchema,
  isReleased,
  listedAttemptSchema,
  showAttempt,
  showListed,
  type Viewer,
} from './view.ts';

const tag = 'quizzes';
/** Of an attempt's entity tags. */
const tagPrefix = 'a';
const time = z.iso.datetime({ offset: true });
const byQuiz = z.strictObject({ quizId: z.uuid() });
const byAttempt = z.strictObject({ attemptId: z.uuid() });
const byAnswer = z.strictObject({ attemptId: z.uuid(), questionId: z.uuid() });

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

/** Routes for learners and graders, and those for authors. */
export function quizRoutes(parts: QuizParts): readonly Route[] {
  return [
    ...quizAuthoringRoutes(parts),
    listRoute(parts),
    quizRoute(parts),
    startRoute(parts),
    attemptsRoute(parts),
    attemptRoute(parts),
    saveRoute(parts),
    submitRoute(parts),
    gradeRoute(parts),
  ];
}

const present = () => new Date();

/** The quiz as the caller may see it. */
async function visibleQuiz(
  { prisma, now = present }: QuizParts,
  quizId: string,
  caller: Caller,
): Promise<{ quiz: QuizRow; admission: Admission | undefined; teaches: boolean }> {
  const quiz = await findQuiz(prisma, quizId);
  if (!quiz) throw notFound();
  const admission = await findAdmission(prisma, quiz, caller.userId, now());
  if (quiz.publishedAt && admission && isLearning(admission)) {
    return { quiz, admission, teaches: false };
  }
  const rights = await courseRights(prisma, quiz.courseId, caller);
  if (!rights.maySee) throw notFound();
  return { quiz, admission, teaches: rights.mayTeach };
}

function isLearning({ status }: Pick<Admission, 'status'>): boolean {
  return status === 'active' || status === 'completed';
}

function listRoute({ prisma, cursors }: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/courses/{courseId}/quizzes',
    summary: 'The quizzes of a course, newest first',
    tag,
    params: z.strictObject({ courseId: z.uuid() }),
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(quizSchema) },
    answer: async ({ caller, params: { courseId }, query: { limit, cursor }, url }) => {
      const drafts = await seesDrafts(prisma, courseId, caller);
      const scope = ['quizzes', courseId, drafts];
      const after = cursors.read(cursor, scope);
      const rows = await prisma.$queryRaw<QuizRow[]>(
        listQuizzes({ courseId, drafts, after, limit: limit + 1 }),
      );
      const positionOf = ({ createdAt, id }: QuizRow) => [createdAt.toISOString(), id];
      return pageAnswer(cursors.page(rows, { limit, scope, positionOf, show: showQuiz }), url);
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
  if (enrolment && isLearning(enrolment)) return false;
  throw notFound();
}

function quizRoute(parts: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/quizzes/{quizId}',
    summary: 'The settings of a quiz',
    tag,
    params: byQuiz,
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

function startRoute(parts: QuizParts): Route {
  const { prisma, now = present } = parts;
  return signedInRoute({
    method: 'post',
    path: '/api/v1/quizzes/{quizId}/attempts',
    summary: 'Start an attempt, or go on with the one you have open',
    tag,
    params: byQuiz,
    idempotent: true,
    answers: { 200: attemptSchema, 201: attemptSchema },
    answer: async ({ caller, params }) => {
      const { quiz, admission } = await visibleQuiz(parts, params.quizId, caller);
      if (admission?.status !== 'active') {
        throw conflict('not-active', 'Only active learners of the course take its quizzes.');
      }
      if (!admission.lessonIsOpen) throw conflict('lesson-locked', 'Its lesson is not open yet.');
      const start = { quizId: quiz.id, enrolmentId: admission.enrolmentId };
      const { attemptId, isNew } = await startAttempt(prisma, start, now());
      const { attempt } = await seenAttempt(parts, attemptId, caller);
      const answer = await answerAttempt(parts, attempt, 'learner');
      const headers = { Location: `/api/v1/attempts/${attemptId}` };
      return { ...answer, status: isNew ? 201 : 200, headers };
    },
  });
}

function attemptsRoute(parts: QuizParts): Route {
  const { prisma, cursors } = parts;
  return signedInRoute({
    method: 'get',
    path: '/api/v1/quizzes/{quizId}/attempts',
    summary: 'Your attempts at a quiz; for teachers everybody’s',
    tag,
    params: byQuiz,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf(listedAttemptSchema) },
    answer: async ({ caller, params: { quizId }, query: { limit, cursor }, url }) => {
      const { teaches } = await visibleQuiz(parts, quizId, caller);
      const userId = teaches ? undefined : caller.userId;
      const scope = ['attempts', quizId, userId];
      const after = cursors.read(cursor, scope);
      const rows = await prisma.$queryRaw<AttemptRow[]>(
        listStatement({ quizId, userId, after, limit: limit + 1 }),
      );
      const positionOf = ({ startedAt, id }: AttemptRow) => [startedAt.toISOString(), id];
      return pageAnswer(cursors.page(rows, { limit, scope, positionOf, show: showListed }), url);
    },
  });
}

/** The attempt, and as whom the caller sees it. @throws Problem 404 */
async function seenAttempt(
  { prisma }: QuizParts,
  attemptId: string,
  caller: Caller,
): Promise<{ readonly attempt: AttemptRow; readonly viewer: Viewer }> {
  const attempt = await findAttempt(prisma, attemptId);
  if (!attempt) throw notFound();
  if (attempt.userId === caller.userId) return { attempt, viewer: 'learner' };
  const rights = await courseRights(prisma, attempt.courseId, caller);
  if (!rights.mayTeach) throw notFound();
  return { attempt, viewer: 'teacher' };
}

async function answerAttempt(
  { prisma, now = present }: QuizParts,
  attempt: AttemptRow,
  viewer: Viewer,
): Promise<Answer> {
  const answers = await findAnswers(prisma, attempt.id);
  const released = isReleased(attempt, viewer, now());
  const keys = released ? await findKeys(prisma, attempt.id) : undefined;
  const body = showAttempt(attempt, answers, keys);
  // Saving an answer raises no version, so an open attempt has no tag.
  if (attempt.status === 'open') return { status: 200, body };
  const prefix = viewer === 'teacher' ? tagPrefix : released ? 'released-' : 'unreleased-';
  return { status: 200, body, etag: versionTag(prefix, attempt.version) };
}

function attemptRoute(parts: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/attempts/{attemptId}',
    summary: 'An attempt with its questions and answers; grades and keys once released',
    tag,
    params: byAttempt,
    answers: { 200: attemptSchema },
    answer: async ({ caller, params }) => {
      const { attempt, viewer } = await seenAttempt(parts, params.attemptId, caller);
      return answerAttempt(parts, attempt, viewer);
    },
  });
}

function saveRoute({ prisma, now = present }: QuizParts): Route {
  return signedInRoute({
    method: 'put',
    path: '/api/v1/attempts/{attemptId}/answers/{questionId}',
    summary: 'Save an answer; the last one saved in time counts',
    tag,
    params: byAnswer,
    body: z.strictObject({ response: responseSchema }),
    answers: { 204: null },
    answer: async ({ caller, params, body: { response } }) => {
      const where = { attemptId_questionId: params };
      const answer = await prisma.attemptAnswer.findUnique({
        where,
        select: {
          question: { select: { kind: true, options: true } },
          attempt: { select: { enrolment: { select: { userId: true } } } },
        },
      });
      if (answer?.attempt.enrolment.userId !== caller.userId) throw notFound();
      const { kind, options } = answer.question;
      const question = { kind, options: optionsSchema.parse(options) };
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
    params: byAttempt,
    idempotent: true,
    answers: { 200: attemptSchema },
    answer: async ({ caller, params: { attemptId } }) => {
      const before = await seenAttempt(parts, attemptId, caller);
      if (before.viewer !== 'learner') throw notFound();
      await submitAttempt(prisma, attemptId, now());
      const { attempt } = await seenAttempt(parts, attemptId, caller);
      return answerAttempt(parts, attempt, 'learner');
    },
  });
}

function gradeRoute(parts: QuizParts): Route {
  const { prisma, now = present } = parts;
  return signedInRoute({
    method: 'put',
    path: '/api/v1/attempts/{attemptId}/answers/{questionId}/grade',
    summary: 'Give an answer your own grade; needs If-Match of the attempt',
    tag,
    params: byAnswer,
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
      const version = versionRead(request, tagPrefix);
      await overrideGrade(prisma, { ...params, ...body, graderId: caller.userId, version }, now());
      const { attempt, viewer } = await seenAttempt(parts, params.attemptId, caller);
      return answerAttempt(parts, attempt, viewer);
    },
  });
}
