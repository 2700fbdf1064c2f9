import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Reply, startApi, type TestApi } from '../testing/api.ts';
import { newCourse, type TestCourse } from '../testing/courses.ts';
import { type Learner, newLearner, newTeacher } from '../testing/learning.ts';
import { newAdministrator, type Person } from '../testing/people.ts';
import { gradeProvisionally } from './grade.ts';
import { sweepAttempts } from './sweep.ts';

let api: TestApi;
let admin: Person;
let course: TestCourse;
let teacher: Person;

beforeAll(async () => {
  api = await startApi();
  admin = await newAdministrator(api);
  course = await newCourse(api, admin.token);
  teacher = await newTeacher(api, admin.token, course.id);
});

afterAll(() => api.close());

const created = z.object({ id: z.uuid() });
const attemptShape = z.object({
  id: z.uuid(),
  status: z.string(),
  score: z.string().nullable(),
  passed: z.boolean().nullable(),
  answers: z.array(
    z.object({
      questionId: z.uuid(),
      kind: z.string(),
      options: z.array(z.object({ id: z.string(), text: z.string() })),
      grade: z
        .looseObject({ score: z.string().nullable(), gradedBy: z.string().nullable() })
        .optional(),
    }),
  ),
});

const secretWord = 'Quetzalcoatlus';
const questions = [
  { kind: 'single', options: ['wrong', 'right'], right: 1 },
  { kind: 'numeric', value: 41_807.25, tolerance: 0.1 },
  { kind: 'short', accepted: [secretWord] },
  { kind: 'ordering', items: ['first', 'second', 'third'] },
];
const essay = { kind: 'essay', terms: [{ term: 'pterosaur' }], minWords: 4 };

async function post(path: string, body: object, token = teacher.token): Promise<string> {
  return created.parse((await api.call(`POST ${path}`, { token, body })).body).id;
}

async function newQuiz(asked: readonly object[], settings: object = {}): Promise<string> {
  const ids = [];
  for (const question of asked) {
    const about = { topic: 'Reptiles', difficulty: 'easy', prompt: 'What flies?' };
    const explanation = `It is ${secretWord}.`;
    const path = `/api/v1/courses/${course.id}/questions`;
    ids.push(await post(path, { ...about, explanation, question }));
  }
  return post(`/api/v1/courses/${course.id}/quizzes`, {
    title: 'Quiz',
    published: true,
    questions: ids.map((questionId) => ({ questionId, points: 2 })),
    ...settings,
  });
}

async function startQuiz(quizId: string, learner: Person) {
  const reply = await api.call(`POST /api/v1/quizzes/${quizId}/attempts`, learner);
  return attemptShape.parse(reply.body);
}

type Attempt = z.output<typeof attemptShape>;

function save(attempt: Attempt, kind: string, response: object, { token }: Person): Promise<Reply> {
  const questionId = attempt.answers.find((answer) => answer.kind === kind)?.questionId;
  const target = `PUT /api/v1/attempts/${attempt.id}/answers/${questionId}`;
  return api.call(target, { token, body: { response: { kind, ...response } } });
}

function optionIds(attempt: Attempt, kind: string, texts: readonly string[]): readonly string[] {
  const options = attempt.answers.find((answer) => answer.kind === kind)?.options ?? [];
  return texts.map((text) => options.find((option) => option.text === text)?.id ?? '');
}

async function submit(attempt: Attempt, { token }: Person): Promise<Reply> {
  return api.call(`POST /api/v1/attempts/${attempt.id}/submit`, { token, body: {} });
}

async function see(attempt: Attempt, { token }: Person): Promise<Reply> {
  return api.call(`GET /api/v1/attempts/${attempt.id}`, { token });
}

/** Do what the worker does with the jobs that commits have promised. */
async function gradePromised(): Promise<number> {
  const jobs = await api.prisma.outboxJob.findMany({ where: { queue: 'grading' } });
  for (const { payload } of jobs) {
    const job = z.object({ attemptId: z.uuid(), questionId: z.uuid() }).parse(payload);
    await gradeProvisionally(api.prisma, job, () => new Date());
  }
  await api.prisma.outboxJob.deleteMany({ where: { queue: 'grading' } });
  return jobs.length;
}

async function answerAll(attempt: Attempt, learner: Learner): Promise<void> {
  const [right] = optionIds(attempt, 'single', ['right']);
  const order = optionIds(attempt, 'ordering', ['first', 'second', 'third']);
  const replies = [
    await save(attempt, 'single', { option: right }, learner),
    await save(attempt, 'numeric', { value: 41_807.3 }, learner),
    await save(attempt, 'short', { text: `  ${secretWord.toUpperCase()}` }, learner),
    await save(attempt, 'ordering', { order }, learner),
  ];
  expect(replies.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
}

test('a quiz without essays is graded at once, in full', async () => {
  const learner = await newLearner(api, course.id);
  const attempt = await startQuiz(await newQuiz(questions), learner);
  await answerAll(attempt, learner);
  const reply = await submit(attempt, learner);
  expect(reply.body).toMatchObject({ status: 'graded', score: '8.00', passed: true });
  expect((await submit(attempt, learner)).body).toMatchObject({ score: '8.00' });
});

test('an essay waits for the worker, then for nobody; the teacher has the last word', async () => {
  const learner = await newLearner(api, course.id);
  const attempt = await startQuiz(await newQuiz([...questions, essay]), learner);
  await answerAll(attempt, learner);
  await save(attempt, 'essay', { text: 'Any pterosaur flies well.' }, learner);
  expect((await submit(attempt, learner)).body).toMatchObject({ status: 'submitted', score: null });
  expect(await gradePromised()).toBe(1);
  expect((await see(attempt, learner)).body).toMatchObject({ status: 'graded', score: '10.00' });

  const seen = await see(attempt, teacher);
  const tag = seen.headers.get('etag') ?? '';
  const questionId = attempt.answers.find(({ kind }) => kind === 'essay')?.questionId;
  const target = `PUT /api/v1/attempts/${attempt.id}/answers/${questionId}/grade`;
  const body = { score: 0.5, reason: 'Too short.' };
  const grade = (headers: Record<string, string>, person: Person = teacher, more = {}) =>
    api.call(target, { token: person.token, body: { ...body, ...more }, headers });
  expect((await grade({})).status).toBe(428);
  expect((await grade({ 'if-match': '"a0"' })).status).toBe(412);
  expect((await grade({ 'if-match': tag }, teacher, { score: 2.01 })).status).toBe(422);
  expect((await grade({ 'if-match': tag }, learner)).status).toBe(404);
  const graded = await grade({ 'if-match': tag });
  expect(graded.body).toMatchObject({ score: '8.50' });
  expect((await grade({ 'if-match': tag })).status).toBe(412);
  const trail = await api.prisma.gradeOverride.findMany({ where: { attemptId: attempt.id } });
  expect(trail.map((each) => [each.fromScore?.toFixed(2), each.toScore.toFixed(2)])).toEqual([
    ['2.00', '0.50'],
  ]);
});

test('a teacher who was faster than the worker is not overruled by it', async () => {
  const learner = await newLearner(api, course.id);
  const attempt = await startQuiz(await newQuiz([essay]), learner);
  await save(attempt, 'essay', { text: 'Words.' }, learner);
  await submit(attempt, learner);
  const tag = (await see(attempt, teacher)).headers.get('etag') ?? '';
  const [answer] = attempt.answers;
  await api.call(`PUT /api/v1/attempts/${attempt.id}/answers/${answer?.questionId}/grade`, {
    token: teacher.token,
    body: { score: 2, reason: 'Well said.' },
    headers: { 'if-match': tag },
  });
  expect(await gradePromised()).toBe(1);
  expect((await see(attempt, learner)).body).toMatchObject({ score: '2.00' });
});

test('the learner’s view holds no answer before its release, in any representation', async () => {
  const learner = await newLearner(api, course.id);
  const quizId = await newQuiz([...questions, essay], { reviewPolicy: 'never' });
  const attempt = await startQuiz(quizId, learner);
  await save(attempt, 'essay', { text: 'A fine animal flies.' }, learner);
  const views = [
    await see(attempt, learner),
    await submit(attempt, learner),
    await see(attempt, learner),
    await api.call(`GET /api/v1/quizzes/${quizId}`, learner),
    await api.call(`GET /api/v1/quizzes/${quizId}/attempts`, learner),
    await api.call(`GET /api/v1/courses/${course.id}/quizzes`, learner),
  ];
  await gradePromised();
  views.push(await see(attempt, learner));
  for (const { status, body } of views) {
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    for (const secret of [
      secretWord,
      'pterosaur',
      'right"]',
      '41807.25',
      'tolerance',
      'accepted',
      'gradedBy',
    ]) {
      expect(text).not.toContain(secret);
    }
  }
  const bank = `GET /api/v1/courses/${course.id}/questions`;
  expect((await api.call(bank, learner)).status).toBe(404);
  expect(JSON.stringify((await api.call(bank, teacher)).body)).toContain(secretWord);
});

test('after its release the review holds grades, keys and explanations', async () => {
  const learner = await newLearner(api, course.id);
  const attempt = await startQuiz(await newQuiz(questions.slice(2, 3)), learner);
  expect(attempt.answers[0]?.grade).toBeUndefined();
  const { body } = await submit(attempt, learner);
  expect(attemptShape.parse(body).answers[0]?.grade).toMatchObject({
    score: '0.00',
    gradedBy: 'automatic',
    key: { kind: 'short', accepted: [secretWord] },
    explanation: `It is ${secretWord}.`,
  });
});

test('starting again goes on with the open attempt, also ten times at once', async () => {
  const learner = await newLearner(api, course.id);
  const quizId = await newQuiz(questions);
  const attempts = await Promise.all(Array.from({ length: 10 }, () => startQuiz(quizId, learner)));
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(1);
});

test('submitted ten times at once, an essay is handed on once', async () => {
  const learner = await newLearner(api, course.id);
  const attempt = await startQuiz(await newQuiz([essay]), learner);
  await save(attempt, 'essay', { text: 'A pterosaur, I think.' }, learner);
  const replies = await Promise.all(Array.from({ length: 10 }, () => submit(attempt, learner)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await gradePromised()).toBe(1);
});

test('an answer saved while the attempt is submitted counts if, and only if, it was accepted', async () => {
  const learner = await newLearner(api, course.id);
  const quizId = await newQuiz(questions);
  for (let round = 0; round < 10; round += 1) {
    const attempt = await startQuiz(quizId, learner);
    const [saved, submitted] = await Promise.all([
      save(attempt, 'numeric', { value: 41_807.25 }, learner),
      submit(attempt, learner),
    ]);
    const score = saved.status === 204 ? '2.00' : '0.00';
    expect([saved.status, submitted.body]).toMatchObject([
      expect.toBeOneOf([204, 409]),
      { status: 'graded', score },
    ]);
  }
});

test('no more attempts than allowed', async () => {
  const learner = await newLearner(api, course.id);
  const quizId = await newQuiz(questions, { attemptsAllowed: 1 });
  await submit(await startQuiz(quizId, learner), learner);
  const reply = await api.call(`POST /api/v1/quizzes/${quizId}/attempts`, learner);
  expect(reply).toMatchObject({
    status: 409,
    body: { type: 'urn:bellwether:problem:no-attempts-left' },
  });
});

async function turnBack(attemptId: string, seconds: number): Promise<void> {
  await api.prisma.$executeRaw`
    UPDATE attempts SET started_at = started_at - make_interval(secs => ${seconds}),
      deadline_at = deadline_at - make_interval(secs => ${seconds}) WHERE id = ${attemptId}::uuid`;
}

test('within the grace a submission is late, after it what was saved counts', async () => {
  const learner = await newLearner(api, course.id);
  const quizId = await newQuiz(questions, { timeLimitSeconds: 600, lateGraceSeconds: 60 });
  const late = await startQuiz(quizId, learner);
  await turnBack(late.id, 620);
  expect((await save(late, 'numeric', { value: 41_807.25 }, learner)).status).toBe(204);
  expect((await submit(late, learner)).body).toMatchObject({ late: true, score: '2.00' });

  const over = await startQuiz(quizId, learner);
  await save(over, 'numeric', { value: 41_807.25 }, learner);
  await turnBack(over.id, 700);
  expect((await save(over, 'numeric', { value: 0 }, learner)).status).toBe(409);
  expect((await submit(over, learner)).status).toBe(409);
  expect((await see(over, learner)).body).toMatchObject({ status: 'graded', score: '2.00' });
});

test('an abandoned attempt is submitted by the sweep, as of its deadline', async () => {
  const learner = await newLearner(api, course.id);
  const quizId = await newQuiz(questions, { timeLimitSeconds: 600 });
  const attempt = await startQuiz(quizId, learner);
  await turnBack(attempt.id, 700);
  expect(await sweepAttempts(api.prisma, new Date())).toBe(1);
  expect(await sweepAttempts(api.prisma, new Date())).toBe(0);
  const { deadlineAt, submittedAt, status } = z
    .looseObject({ deadlineAt: z.string(), submittedAt: z.string(), status: z.string() })
    .parse((await see(attempt, learner)).body);
  expect({ status, submittedAt }).toEqual({ status: 'graded', submittedAt: deadlineAt });
});

test('an answer must fit its question', async () => {
  const learner = await newLearner(api, course.id);
  const attempt = await startQuiz(await newQuiz(questions), learner);
  expect((await save(attempt, 'single', { option: 'none' }, learner)).status).toBe(422);
  const stranger = await newLearner(api, course.id);
  expect((await save(attempt, 'numeric', { value: 1 }, stranger)).status).toBe(404);
  expect((await see(attempt, stranger)).status).toBe(404);
});

test('a quiz takes only questions and a lesson of its own course', async () => {
  const other = await newCourse(api, admin.token);
  const path = `/api/v1/courses/${course.id}/questions`;
  const about = { topic: 'Reptiles', difficulty: 'easy', prompt: 'What flies?' };
  const questionId = await post(path, { ...about, question: questions[1] });
  const reply = await api.call(`POST /api/v1/courses/${other.id}/quizzes`, {
    token: admin.token,
    body: { title: 'Quiz', questions: [{ questionId }] },
  });
  expect(reply.status).toBe(422);
});
