/** The question bank of a course. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { pageAnswer, pageOf, pageQuery } from '../http/cursor.ts';
import { type Route, signedInRoute } from '../http/route.ts';
import { invalid } from '../problem.ts';
import { requireAuthor } from './access.ts';
import { created, inCourse, type QuizParts, tag, time } from './parts.ts';
import {
  authoredSchema,
  difficulties,
  keySchema,
  kinds,
  optionsSchema,
  splitQuestion,
} from './question.ts';
import { addQuestion, listQuestions, type QuestionRow } from './store.ts';

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

/** Routes for those who teach or edit a course. */
export function bankRoutes(parts: QuizParts): readonly Route[] {
  return [addQuestionRoute(parts), listQuestionsRoute(parts)];
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
