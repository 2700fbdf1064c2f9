/** The question bank and quizzes from their authors' side. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type CourseRights, courseRights } from '../courses/rights.ts';
import { Prisma, type PrismaClient } from '../database/generated/client.ts';
import { type Cursors, pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { type Caller, type Route, signedInRoute } from '../http/route.ts';
import { conflict, invalid, notFound } from '../problem.ts';
import {
  authoredSchema,
  difficulties,
  keySchema,
  kinds,
  optionsSchema,
  splitQuestion,
} from './question.ts';
import { addQuestion, listQuestions, type QuestionRow } from './store.ts';

export interface QuizParts {
  readonly prisma: PrismaClient;
  readonly cursors: Cursors;
  readonly now?: () => Date;
}

const tag = 'quizzes';
const maxQuestions = 200;
const time = z.iso.datetime({ offset: true });
const inCourse = z.strictObject({ courseId: z.uuid() });
const created = z.strictObject({ id: z.uuid() });

const questionSchema = z
  .strictObject({
    id: z.uuid(),
    courseId: z.uuid(),
    topic: z.string(),
    difficulty: z.enum(difficulties),
    kind: z.enum(kinds),
    prompt: z.string(),
    options: optionsSchema,
    key: keySchema,
    explanation: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'Question' });

const questionBody = z.strictObject({
  topic: z.string().trim().min(1).max(120),
  difficulty: z.enum(difficulties),
  prompt: z.string().trim().min(1).max(10_000),
  explanation: z.string().trim().min(1).max(10_000).optional(),
  question: authoredSchema,
});

const moment = time
  .transform((text) => new Date(text))
  .nullable()
  .default(null);

const quizBody = z
  .strictObject({
    title: z.string().trim().min(1).max(200),
    lessonId: z.uuid().nullable().default(null),
    timeLimitSeconds: z.int().min(1).max(86_400).nullable().default(null),
    lateGraceSeconds: z.int().min(0).max(3600).default(30),
    attemptsAllowed: z.int().min(1).max(100).nullable().default(null),
    shuffle: z.boolean().default(false),
    drawCount: z.int().min(1).max(maxQuestions).nullable().default(null),
    passPercent: z.int().min(0).max(100).default(60),
    reviewPolicy: z.enum(['never', 'graded', 'closed']).default('graded'),
    opensAt: moment,
    closesAt: moment,
    published: z.boolean().default(false),
    questions: z
      .array(
        z.strictObject({
          questionId: z.uuid(),
          points: z.number().min(0.01).max(1000).multipleOf(0.01).default(1),
        }),
      )
      .min(1)
      .max(maxQuestions),
  })
  .refine(({ opensAt, closesAt }) => !opensAt || !closesAt || opensAt < closesAt, {
    path: ['closesAt'],
    error: 'expected a moment after opensAt',
  });

/** Routes for those who teach or edit a course. */
export function quizAuthoringRoutes(parts: QuizParts): readonly Route[] {
  return [
    addQuestionRoute(parts),
    listQuestionsRoute(parts),
    addQuizRoute(parts),
    publishRoute(parts),
  ];
}

/** @throws Problem 404 for those who neither teach nor edit the course */
async function requireAuthor(
  prisma: PrismaClient,
  courseId: string,
  caller: Caller,
): Promise<CourseRights> {
  const rights = await courseRights(prisma, courseId, caller);
  if (!rights.mayTeach && !rights.mayEdit) throw notFound();
  return rights;
}

function addQuestionRoute({ prisma }: QuizParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/courses/{courseId}/questions',
    summary: 'Add a question to the course’s bank',
    tag,
    params: inCourse,
    body: questionBody,
    idempotent: true,
    answers: { 201: created },
    answer: async ({ caller, params: { courseId }, body }) => {
      await requireAuthor(prisma, courseId, caller);
      const { question, explanation, ...fields } = body;
      const split = splitQuestion(question, () => randomBytes(6).toString('base64url'));
      if (!split) throw badPlace();
      const { kind } = question;
      const id = await addQuestion(prisma, { ...fields, ...split, kind, courseId, explanation });
      return { status: 201, body: { id } };
    },
  });
}

function badPlace(): Error {
  const detail = 'It names an option that is not there; places count from 0.';
  return invalid([{ pointer: '#/question/right', rule: 'place', detail }]);
}

const questionQuery = z.strictObject({
  ...pageQuery,
  topic: z.string().max(120).optional(),
  difficulty: z.enum(difficulties).optional(),
});

function listQuestionsRoute({ prisma, cursors }: QuizParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/courses/{courseId}/questions',
    summary: 'The course’s question bank with its keys: for authors',
    tag,
    params: inCourse,
    query: questionQuery,
    answers: { 200: pageOf(questionSchema) },
    answer: async ({ caller, params: { courseId }, query, url }) => {
      await requireAuthor(prisma, courseId, caller);
      const { topic, difficulty } = query;
      const filter = { courseId, topic, difficulty };
      const page = await cursors.page(query, {
        scope: ['questions', courseId, topic, difficulty],
        find: (bounds) => prisma.$queryRaw<QuestionRow[]>(listQuestions({ ...filter, ...bounds })),
        positionOf: ({ createdAt, id }) => [createdAt.toISOString(), id],
        show: (question) => question,
      });
      return pageAnswer(page, url);
    },
  });
}

function addQuizRoute({ prisma, now = () => new Date() }: QuizParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/courses/{courseId}/quizzes',
    summary: 'Make a quiz of questions from the course’s bank',
    tag,
    params: inCourse,
    body: quizBody,
    idempotent: true,
    answers: { 201: created },
    answer: async ({ caller, params: { courseId }, body }) => {
      await requireAuthor(prisma, courseId, caller);
      const { questions, published, ...settings } = body;
      const data = {
        ...settings,
        courseId,
        publishedAt: published ? now() : null,
        questions: {
          createMany: { data: questions.map((each, position) => ({ ...each, position })) },
        },
      };
      const { id } = await prisma.quiz
        .create({ data, select: { id: true } })
        .catch((error: unknown) => Promise.reject(toQuizProblem(error)));
      return { status: 201, body: { id }, headers: { Location: `/api/v1/quizzes/${id}` } };
    },
  });
}

/** Foreign keys and unique constraints say what is wrong with a new quiz. */
function toQuizProblem(error: unknown): unknown {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return error;
  if (error.code === 'P2003') {
    const detail = 'A question or the lesson is not one of this course.';
    return invalid([{ pointer: '#/questions', rule: 'foreign', detail }]);
  }
  if (error.code !== 'P2002') return error;
  return conflict('taken', 'The lesson has a quiz already, or a question is named twice.');
}

function publishRoute({ prisma, now = () => new Date() }: QuizParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/quizzes/{quizId}/publish',
    summary: 'Let learners see and take a quiz',
    tag,
    params: z.strictObject({ quizId: z.uuid() }),
    answers: { 204: null },
    answer: async ({ caller, params: { quizId } }) => {
      const where = { id: quizId };
      const quiz = await prisma.quiz.findUnique({ where, select: { courseId: true } });
      if (!quiz) throw notFound();
      await requireAuthor(prisma, quiz.courseId, caller);
      await prisma.quiz.updateMany({
        where: { id: quizId, publishedAt: null },
        data: { publishedAt: now(), version: { increment: 1 } },
      });
      return { status: 204 };
    },
  });
}
