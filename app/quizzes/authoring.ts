/** Quizzes from their authors' side: made of questions from the bank, then published. */
import { z } from 'zod';
import { Prisma } from '../database/generated/client.ts';
import { type Route, signedInRoute } from '../http/route.ts';
import { conflict, invalid, notFound } from '../problem.ts';
import { requireAuthor } from './access.ts';
import { created, inCourse, ofQuiz, present, type QuizParts, tag, time } from './parts.ts';

const maxQuestions = 200;

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
  return [addQuizRoute(parts), publishRoute(parts)];
}

function addQuizRoute({ prisma, now = present }: QuizParts): Route {
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

function publishRoute({ prisma, now = present }: QuizParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/quizzes/{quizId}/publish',
    summary: 'Let learners see and take a quiz',
    tag,
    params: ofQuiz,
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
