import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { drawCertificateFile } from '../certificates/job.ts';
import { startApi, type TestApi } from '../testing/api.ts';
import { newCourse, type TestCourse } from '../testing/courses.ts';
import { type Learner, newLearner, newTeacher } from '../testing/learning.ts';
import { newAdministrator, newPerson, type Person } from '../testing/people.ts';

let api: TestApi;
let admin: Person;
let course: TestCourse;
let lessons: readonly [string, string];

beforeAll(async () => {
  api = await startApi();
  admin = await newAdministrator(api);
  course = await newCourse(api, admin.token, { lessons: 2 });
  const [first = '', second = ''] = course.lessonIds;
  lessons = [first, second];
});

afterAll(() => api.close());

function event(lessonId: string, type: string, more: object = {}) {
  return { id: randomUUID(), lessonId, type, occurredAt: new Date().toISOString(), ...more };
}

async function sync({ token, enrolmentId }: Learner, events: readonly object[]) {
  const target = `POST /api/v1/enrolments/${enrolmentId}/progress-events`;
  return api.call(target, { token, body: { events } });
}

const synced = z.looseObject({ events: z.array(z.object({ outcome: z.string() })) });

test('a batch sent twice counts once', async () => {
  const learner = await newLearner(api, course.id);
  const events = [
    event(lessons[0], 'position', { positionSeconds: 42 }),
    event(lessons[0], 'completed'),
  ];
  const first = await sync(learner, events);
  const again = await sync(learner, events);
  expect(first.body).toMatchObject({ percent: 50, resume: { positionSeconds: 42 } });
  expect(again.body).toMatchObject({ percent: 50, resume: { positionSeconds: 42 } });
  const outcomes = [first, again].map(({ body }) =>
    synced.parse(body).events.map(({ outcome }) => outcome),
  );
  expect(outcomes).toEqual([
    ['applied', 'applied'],
    ['duplicate', 'duplicate'],
  ]);
});

test('a refused event may be sent again when its lesson has opened', async () => {
  const gated = await newCourse(api, admin.token, { lessons: 2 });
  const [before = '', after = ''] = gated.lessonIds;
  await api.prisma.lessonPrerequisite.create({
    data: { lessonId: after, requiredId: before, courseId: gated.id },
  });
  const learner = await newLearner(api, gated.id);
  const early = event(after, 'completed');
  expect((await sync(learner, [early])).body).toMatchObject({ events: [{ outcome: 'refused' }] });
  await sync(learner, [event(before, 'completed', { occurredAt: '2020-01-01T00:00:00Z' })]);
  expect((await sync(learner, [early])).body).toMatchObject({
    percent: 100,
    events: [{ outcome: 'applied' }],
  });
});

test('the last two lessons completed at once complete the course once, with one certificate', async () => {
  const learner = await newLearner(api, course.id);
  const replies = await Promise.all(
    lessons.map((lesson) => sync(learner, [event(lesson, 'completed')])),
  );
  const completing = replies.filter(({ body }) => synced.parse(body).courseCompleted);
  expect(completing).toHaveLength(1);
  const where = { enrolmentId: learner.enrolmentId };
  expect(await api.prisma.certificate.count({ where })).toBe(1);
  const seen = await api.call(`GET /api/v1/enrolments/${learner.enrolmentId}`, learner);
  expect(seen.body).toMatchObject({ status: 'completed' });
});

test('progress is read lesson by lesson by its learner and the teachers alone', async () => {
  const learner = await newLearner(api, course.id);
  await sync(learner, [event(lessons[1], 'started')]);
  const path = `GET /api/v1/enrolments/${learner.enrolmentId}/progress`;
  const { body } = await api.call(path, learner);
  expect(body).toMatchObject({
    percent: 0,
    lessons: [{ lessonId: lessons[0], startedAt: null }, { lessonId: lessons[1] }],
  });
  const teacher = await newTeacher(api, admin.token, course.id);
  expect((await api.call(path, teacher)).status).toBe(200);
  expect((await api.call(path, await newPerson(api))).status).toBe(404);
});

const certificateShape = z.object({ code: z.string(), valid: z.boolean() });

test('a certificate is issued once, drawn, verified by anybody and revoked by a teacher', async () => {
  const learner = await newLearner(api, course.id);
  const own = `PUT /api/v1/enrolments/${learner.enrolmentId}/certificate`;
  expect((await api.call(own, learner)).status).toBe(409);
  await sync(
    learner,
    lessons.map((lesson) => event(lesson, 'completed')),
  );
  const replies = await Promise.all([1, 2, 3].map(() => api.call(own, learner)));
  const codes = replies.map(({ body }) => certificateShape.parse(body).code);
  expect(new Set(codes).size).toBe(1);
  const [code = ''] = codes;
  const path = `/api/v1/certificates/${code}`;

  expect((await api.call(`GET ${path}/pdf`, learner)).status).toBe(404);
  const { id: certificateId } = await api.prisma.certificate.findUniqueOrThrow({ where: { code } });
  for (let times = 0; times < 2; times += 1) {
    await drawCertificateFile(api.prisma, { certificateId }, api.config.publicUrl);
  }
  const pdf = await api.call(`GET ${path}/pdf`, learner);
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  expect(String(pdf.body).slice(0, 5)).toBe('%PDF-');
  expect((await api.call(`GET ${path}/pdf`, await newPerson(api))).status).toBe(404);

  const typed = code.toLowerCase().replaceAll(/(.{4})/g, '$1-');
  expect((await api.call(`GET /api/v1/certificates/${typed}`)).body).toMatchObject({ valid: true });
  expect(String((await api.call(`GET /verify/${code}`)).body)).toContain('is valid');
  expect((await api.call('GET /verify/0123456789ABCDEFGHJK')).status).toBe(404);

  const revoke = { body: { reason: 'Issued in error.' } };
  const target = `POST ${path}/revocation`;
  expect((await api.call(target, { ...revoke, token: learner.token })).status).toBe(404);
  expect((await api.call(target, { ...revoke, token: admin.token })).body).toMatchObject({
    valid: false,
  });
  expect((await api.call(`GET ${path}`)).body).toMatchObject({ valid: false });
  expect(String((await api.call(`GET /verify/${code}`)).body)).toContain('was revoked');
});

test('passing the quiz of a lesson completes the lesson; saying so does not', async () => {
  const own = await newCourse(api, admin.token, { lessons: 1 });
  const [lessonId = ''] = own.lessonIds;
  const post = async (path: string, body: object) => {
    const reply = await api.call(`POST /api/v1/courses/${own.id}/${path}`, {
      token: admin.token,
      body,
    });
    return z.object({ id: z.uuid() }).parse(reply.body).id;
  };
  const questionId = await post('questions', {
    topic: 'Numbers',
    difficulty: 'hard',
    prompt: 'Six times seven?',
    question: { kind: 'numeric', value: 42 },
  });
  const quizId = await post('quizzes', {
    title: 'Exam',
    lessonId,
    published: true,
    questions: [{ questionId }],
  });
  const learner = await newLearner(api, own.id);
  expect((await sync(learner, [event(lessonId, 'completed')])).body).toMatchObject({
    events: [{ outcome: 'refused' }],
  });
  const started = await api.call(`POST /api/v1/quizzes/${quizId}/attempts`, learner);
  const { id } = z.object({ id: z.uuid() }).parse(started.body);
  const response = { kind: 'numeric', value: 42 };
  const { token } = learner;
  await api.call(`PUT /api/v1/attempts/${id}/answers/${questionId}`, { token, body: { response } });
  const submitted = await api.call(`POST /api/v1/attempts/${id}/submit`, { token, body: {} });
  expect(submitted.body).toMatchObject({ passed: true });
  const seen = await api.call(`GET /api/v1/enrolments/${learner.enrolmentId}`, learner);
  expect(seen.body).toMatchObject({ status: 'completed' });
});
