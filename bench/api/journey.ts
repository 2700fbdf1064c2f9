/** A course from its opening to a learner's certificate: at least one request to every route. */
import { randomUUID } from 'node:crypto';
import { learnerEmail, seedPassword } from '../people.ts';
import type { Client, Reply } from './client.ts';

/** Walk it all. @param client told of every request; what it does with them is its business */
export async function walkJourney(client: Client): Promise<void> {
  const admin = await signIn(client, 'admin@example.test');
  const course = await writeCourse(client, admin);
  await staff(client, admin, course.id);
  await browse(client, admin, course.id);
  const learner = await person(client);
  const enrolment = await enrol(client, admin, learner, course.id);
  await takeQuiz(client, admin, learner, course);
  await learn(client, learner, enrolment, course.lessons);
  await certify(client, admin, learner, enrolment);
  await leave(client, admin, learner, course);
}

const text = (reply: Reply, field: string) => String(reply.body[field]);
const idOf = (reply: Reply) => text(reply, 'id');

async function signIn(client: Client, email: string): Promise<string> {
  const body = { email, password: seedPassword };
  return text(await client('POST /api/v1/auth/login', { body }), 'accessToken');
}

interface Course {
  readonly id: string;
  readonly modules: readonly string[];
  readonly lessons: readonly string[];
  readonly quiz: string;
}

async function writeCourse(client: Client, token: string): Promise<Course> {
  const slug = `bench-${Date.now()}`;
  const category = await client('POST /api/v1/categories', { token, body: { slug, name: slug } });
  const course = { slug, title: slug, categoryId: idOf(category) };
  const id = idOf(await client('POST /api/v1/courses', { token, body: course }));
  const path = `/api/v1/courses/${id}`;
  const ids = async (target: string, titles: readonly object[]) => {
    const made: string[] = [];
    for (const body of titles) made.push(idOf(await client(target, { token, body })));
    return made;
  };
  const modules = await ids(`POST ${path}/modules`, [{ title: 'One' }, { title: 'Two' }]);
  const [module] = modules;
  const lesson = { title: 'Lesson', kind: 'text', body: 'Words.' };
  const lessons = await ids(`POST /api/v1/modules/${module}/lessons`, [lesson, lesson]);
  const [first, second] = lessons;
  await client(`PUT ${path}/modules/order`, { token, body: { ids: modules.toReversed() } });
  await client(`PATCH /api/v1/modules/${module}`, { token, body: { title: 'First' } });
  const order = { ids: lessons.toReversed() };
  await client(`PUT /api/v1/modules/${module}/lessons/order`, { token, body: order });
  const prerequisites = `PUT /api/v1/lessons/${second}/prerequisites`;
  await client(prerequisites, { token, body: { ids: [first] } });
  const { etag } = await client(`GET /api/v1/lessons/${first}`, { token });
  await client(`PATCH /api/v1/lessons/${first}`, { token, etag, body: { title: 'New' } });
  const quiz = await writeQuiz(client, token, path);
  const draft = await client(`GET ${path}`, { token });
  const described = await client(`PATCH ${path}`, {
    token,
    etag: draft.etag,
    body: { summary: 'A course.' },
  });
  const published = { status: 'published' };
  await client(`PUT ${path}/status`, { token, etag: described.etag, body: published });
  return { id, modules, lessons, quiz };
}

async function writeQuiz(client: Client, token: string, path: string): Promise<string> {
  const question = { kind: 'essay', terms: [{ term: 'why' }], minWords: 1 };
  const asked = { topic: 'All', difficulty: 'easy', prompt: 'Why?', question };
  const questionId = idOf(await client(`POST ${path}/questions`, { token, body: asked }));
  await client(`GET ${path}/questions`, { token });
  const body = { title: 'Quiz', questions: [{ questionId }] };
  const quiz = idOf(await client(`POST ${path}/quizzes`, { token, body }));
  await client(`POST /api/v1/quizzes/${quiz}/publish`, { token, body: {} });
  return quiz;
}

async function staff(client: Client, token: string, courseId: string): Promise<void> {
  const id = text(await client('GET /api/v1/me', { token }), 'id');
  const body = { roles: ['assistant'] };
  await client(`PUT /api/v1/courses/${courseId}/staff/${id}`, { token, body });
  await client('GET /api/v1/me/courses', { token });
}

/** Twice: what the first reader of a list or page costs, and what the next. */
async function browse(client: Client, token: string, courseId: string): Promise<void> {
  const limit = `limit=${20 + Math.floor(Math.random() * 80)}`;
  for (const path of [
    '/api/v1/categories',
    `/api/v1/courses?${limit}`,
    `/api/v1/courses?${limit}&q=algebra`,
    `/api/v1/courses/${courseId}`,
  ]) {
    await client(`GET ${path}`, { token });
    await client(`GET ${path}`, { token });
  }
  await client('GET /.well-known/jwks.json');
  await client('GET /openapi.json');
  await client('GET /docs');
}

async function person(client: Client): Promise<string> {
  const email = `bench-${randomUUID()}@example.test`;
  const body = { email, password: seedPassword, displayName: 'Bench' };
  await client('POST /api/v1/auth/register', { body });
  const token = await signIn(client, email);
  await client('GET /api/v1/me', { token });
  await client('GET /api/v1/me', { token });
  await client('PATCH /api/v1/me', { token, body: { displayName: 'Bench B.' } });
  return token;
}

async function enrol(client: Client, admin: string, token: string, courseId: string) {
  const path = `/api/v1/courses/${courseId}/enrolments`;
  const enrolment = idOf(await client(`POST ${path}`, { token, body: {} }));
  await client('GET /api/v1/enrolments', { token });
  await client(`GET ${path}`, { token: admin });
  await client(`GET /api/v1/enrolments/${enrolment}`, { token });
  const email = learnerEmail(1);
  const invited = await client(`POST ${path}`, { token: admin, body: { email, invite: true } });
  const other = await signIn(client, email);
  const invitation = `/api/v1/enrolments/${idOf(invited)}`;
  await client(`POST ${invitation}/accept`, { token: other, body: {} });
  await client(`POST ${invitation}/withdraw`, { token: other, body: {} });
  return enrolment;
}

async function takeQuiz(client: Client, admin: string, token: string, { id, quiz }: Course) {
  await client(`GET /api/v1/courses/${id}/quizzes`, { token });
  await client(`GET /api/v1/quizzes/${quiz}`, { token });
  const attempt = await client(`POST /api/v1/quizzes/${quiz}/attempts`, { token, body: {} });
  const path = `/api/v1/attempts/${idOf(attempt)}`;
  const [{ questionId }] = attempt.body.answers as [{ questionId: string }];
  const body = { response: { kind: 'essay', text: 'This is why.' } };
  await client(`PUT ${path}/answers/${questionId}`, { token, body });
  await client(`POST ${path}/submit`, { token, body: {} });
  await client(`GET ${path}`, { token });
  await client(`GET /api/v1/quizzes/${quiz}/attempts`, { token });
  const { etag } = await client(`GET ${path}`, { token: admin });
  const grade = { score: 1, reason: 'Good.' };
  await client(`PUT ${path}/answers/${questionId}/grade`, { token: admin, etag, body: grade });
}

async function learn(client: Client, token: string, enrolment: string, lessons: readonly string[]) {
  const path = `/api/v1/enrolments/${enrolment}`;
  await client(`GET /api/v1/lessons/${lessons[0]}`, { token });
  const events = lessons.map((lessonId) => ({
    id: randomUUID(),
    lessonId,
    type: 'completed',
    occurredAt: new Date().toISOString(),
  }));
  await client(`POST ${path}/progress-events`, { token, body: { events } });
  await client(`GET ${path}/progress`, { token });
}

async function certify(client: Client, admin: string, token: string, enrolment: string) {
  const issued = await client(`PUT /api/v1/enrolments/${enrolment}/certificate`, { token });
  const code = text(issued, 'code');
  await client(`GET /api/v1/certificates/${code}`);
  await client(`GET /verify/${code}`);
  const body = { reason: 'A benchmark.' };
  await client(`POST /api/v1/certificates/${code}/revocation`, { token: admin, body });
}

async function leave(client: Client, admin: string, token: string, course: Course) {
  const [module] = course.modules;
  await client(`DELETE /api/v1/lessons/${course.lessons[1]}`, { token: admin });
  await client(`DELETE /api/v1/modules/${module}`, { token: admin });
  const categories = await client('GET /api/v1/categories');
  const [{ id: categoryId }] = categories.body.data as [{ id: string }];
  const draft = { slug: `draft-${Date.now()}`, title: 'Draft', categoryId };
  const id = idOf(await client('POST /api/v1/courses', { token: admin, body: draft }));
  const { etag } = await client(`GET /api/v1/courses/${id}`, { token: admin });
  await client(`DELETE /api/v1/courses/${id}`, { token: admin, etag });
  const me = text(await client('GET /api/v1/me', { token }), 'id');
  await client(`PUT /api/v1/users/${me}/access`, {
    token: admin,
    body: { platformRole: null, suspended: false },
  });
  await sessions(client);
}

async function sessions(client: Client): Promise<void> {
  const body = { email: learnerEmail(2), password: seedPassword };
  const first = await client('POST /api/v1/auth/login', { body });
  const refreshToken = text(first, 'refreshToken');
  const next = await client('POST /api/v1/auth/refresh', { body: { refreshToken } });
  const again = { refreshToken: text(next, 'refreshToken') };
  await client('POST /api/v1/auth/logout', { body: again });
  const token = text(next, 'accessToken');
  const passwords = { currentPassword: seedPassword, newPassword: `${seedPassword}!` };
  await client('PUT /api/v1/auth/password', { token, body: passwords });
  const other = await signIn(client, learnerEmail(3));
  await client('POST /api/v1/auth/logout-everywhere', { token: other });
}
