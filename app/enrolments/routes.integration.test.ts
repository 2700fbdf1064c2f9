import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Reply, startApi, type TestApi } from '../testing/api.ts';
import { newCourse } from '../testing/courses.ts';
import { newLearner, newTeacher } from '../testing/learning.ts';
import { newAdministrator, newPerson, type Person } from '../testing/people.ts';

let api: TestApi;
let admin: Person;

beforeAll(async () => {
  api = await startApi();
  admin = await newAdministrator(api);
});

afterAll(() => api.close());

function enrol(courseId: string, token: string, body: object = {}, headers = {}): Promise<Reply> {
  return api.call(`POST /api/v1/courses/${courseId}/enrolments`, { token, body, headers });
}

test('a learner enrols, sees the enrolment, withdraws and comes back', async () => {
  const course = await newCourse(api, admin.token);
  const learner = await newLearner(api, course.id);
  const path = `/api/v1/enrolments/${learner.enrolmentId}`;
  const { token } = learner;
  expect((await api.call(`GET ${path}`, { token })).body).toMatchObject({ status: 'active' });
  expect((await api.call(`POST ${path}/withdraw`, { token })).body).toMatchObject({
    status: 'withdrawn',
  });
  expect((await api.call(`POST ${path}/withdraw`, { token })).status).toBe(409);
  expect((await enrol(course.id, token)).body).toMatchObject({ status: 'active' });
  expect((await enrol(course.id, token)).status).toBe(409);
});

test('the last seat goes to one, the next waits and moves up', async () => {
  const course = await newCourse(api, admin.token, { capacity: 1 });
  const first = await newLearner(api, course.id);
  const second = await newLearner(api, course.id);
  const seen = () => api.call(`GET /api/v1/enrolments/${second.enrolmentId}`, second);
  expect((await seen()).body).toMatchObject({ status: 'waitlisted', waitlistPlace: 1 });
  await api.call(`POST /api/v1/enrolments/${first.enrolmentId}/withdraw`, first);
  expect((await seen()).body).toMatchObject({ status: 'active', waitlistPlace: null });
});

test('the same Idempotency-Key enrols once and answers the same', async () => {
  const course = await newCourse(api, admin.token);
  const { token } = await newPerson(api);
  const headers = { 'idempotency-key': 'enrol-1' };
  const first = await enrol(course.id, token, {}, headers);
  const again = await enrol(course.id, token, {}, headers);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await enrol(course.id, token, { invite: false }, headers)).status).toBe(422);
});

test('a teacher invites, the invited accepts; others may do neither', async () => {
  const course = await newCourse(api, admin.token);
  const teacher = await newTeacher(api, admin.token, course.id);
  const [invited, stranger] = [await newPerson(api), await newPerson(api)];
  const body = { email: invited.email, invite: true };
  expect((await enrol(course.id, stranger.token, body)).status).toBe(403);
  const reply = await enrol(course.id, teacher.token, body);
  expect(reply.body).toMatchObject({ status: 'invited', learnerId: invited.id });
  const accept = `POST ${reply.headers.get('location')}/accept`;
  expect((await api.call(accept, stranger)).status).toBe(404);
  expect((await api.call(accept, invited)).body).toMatchObject({ status: 'active' });
});

test('an e-mail that nobody has is a fault of that field', async () => {
  const course = await newCourse(api, admin.token);
  const reply = await enrol(course.id, admin.token, { email: 'nobody@example.test' });
  expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/email' }] } });
});

test('a draft, and other people’s enrolments, do not exist', async () => {
  const draft = await newCourse(api, admin.token, { publish: false });
  const { token } = await newPerson(api);
  expect((await enrol(draft.id, token)).status).toBe(404);
  const course = await newCourse(api, admin.token);
  const learner = await newLearner(api, course.id);
  expect((await api.call(`GET /api/v1/enrolments/${learner.enrolmentId}`, { token })).status).toBe(
    404,
  );
  expect((await api.call(`GET /api/v1/courses/${course.id}/enrolments`, { token })).status).toBe(
    404,
  );
});

test('a course’s list pages through everybody once, also while more enrol', async () => {
  const course = await newCourse(api, admin.token);
  const before = [];
  for (let number = 0; number < 5; number += 1) before.push(await newLearner(api, course.id));
  const list = `/api/v1/courses/${course.id}/enrolments?limit=2`;
  const seen: unknown[] = [];
  for (let path: string | undefined = list; path; ) {
    const reply: Reply = await api.call(`GET ${path}`, admin);
    const { data } = reply.body as { data: { id: string }[] };
    seen.push(...data.map(({ id }) => id));
    path = /<(.+)>/.exec(reply.headers.get('link') ?? '')?.[1];
    await newLearner(api, course.id);
  }
  expect(seen).toEqual(before.map(({ enrolmentId }) => enrolmentId).reverse());
});

test('a cursor of another list is refused', async () => {
  const course = await newCourse(api, admin.token);
  for (let number = 0; number < 2; number += 1) await newLearner(api, course.id);
  const reply = await api.call(`GET /api/v1/courses/${course.id}/enrolments?limit=1`, admin);
  const { page } = reply.body as { page: { nextCursor: string } };
  const other = `GET /api/v1/enrolments?limit=1&cursor=${page.nextCursor}`;
  expect((await api.call(other, admin)).status).toBe(400);
});
