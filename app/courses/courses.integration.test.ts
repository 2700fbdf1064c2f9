/** The catalogue over HTTP against real stores: browsing, searching, writing, and who may. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Reply, startApi, type TestApi } from '../testing/api.ts';
import { newCourse, publishCourse } from '../testing/courses.ts';
import { newAdministrator, newPerson, type Person } from '../testing/people.ts';

let api: TestApi;
let administrator: Person;
beforeAll(async () => {
  api = await startApi();
  administrator = await newAdministrator(api);
});
afterAll(() => api.close());

const page = z.object({
  data: z.array(z.object({ id: z.string(), title: z.string() })),
  page: z.object({ limit: z.number(), nextCursor: z.string().nullable() }),
});
const outline = z.object({
  version: z.number(),
  modules: z.array(z.object({ id: z.string(), lessons: z.array(z.object({ id: z.string() })) })),
});

const get = (path: string, token?: string) => api.call(`GET ${path}`, { token });
const admin = (target: string, body?: object, tag?: string) =>
  api.call(target, {
    token: administrator.token,
    body,
    ...(tag !== undefined && { headers: { 'if-match': tag } }),
  });

/** Ids of all pages of a list, following its links as a client does. */
async function walk(path: string, onPage: () => Promise<unknown> = async () => undefined) {
  const ids: string[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { body, headers }: Reply = await get(next);
    ids.push(...page.parse(body).data.map(({ id }) => id));
    next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    await onPage();
  }
  return ids;
}

async function roleIn(courseId: string, roles: readonly string[]): Promise<Person> {
  const person = await newPerson(api);
  const { status } = await admin(`PUT /api/v1/courses/${courseId}/staff/${person.id}`, { roles });
  expect(status).toBe(204);
  return person;
}

test('a walk over the pages shows every course once while others are published', async () => {
  const language = 'tlh';
  const made: string[] = [];
  for (let number = 0; number < 7; number += 1) {
    const course = await newCourse(api, administrator.token, { language, lessons: 1 });
    made.push(course.id);
  }
  const addOne = () => newCourse(api, administrator.token, { language, lessons: 1 });
  const seen = await walk(`/api/v1/courses?language=${language}&limit=2`, addOne);
  expect(seen).toEqual(made.toReversed());
  const byTitle = await walk(`/api/v1/courses?language=${language}&limit=3&sort=title`);
  expect(new Set(byTitle).size).toBe(byTitle.length);
  expect(byTitle.length).toBeGreaterThan(7);
});

test('cursors of other filters and changed ones are 400, other faults of the query 422', async () => {
  const { body } = await get('/api/v1/courses?language=tlh&limit=1');
  const cursor = page.parse(body).page.nextCursor ?? '';
  expect((await get(`/api/v1/courses?language=tlh&limit=2&cursor=${cursor}`)).status).toBe(200);
  expect((await get(`/api/v1/courses?limit=1&cursor=${cursor}`)).status).toBe(400);
  expect((await get(`/api/v1/courses?language=tlh&cursor=x${cursor}`)).status).toBe(400);
  for (const query of ['limit=0', 'limit=101', 'sort=relevance', 'offset=3', 'free=maybe']) {
    expect((await get(`/api/v1/courses?${query}`)).status, query).toBe(422);
  }
});

test('search ranks titles above descriptions and finds nothing unpublished', async () => {
  const word = `zygote${Date.now()}`;
  const inText = await newCourse(api, administrator.token, { description: `About a ${word}.` });
  const inTitle = await newCourse(api, administrator.token, { title: `The ${word}` });
  await newCourse(api, administrator.token, { title: word, publish: false });
  expect(await walk(`/api/v1/courses?q=${word}&limit=1`)).toEqual([inTitle.id, inText.id]);
  expect(await walk(`/api/v1/courses?q=-%22%27%3A*%28`)).toEqual([]);
});

test('a course is read by id and by slug, and 304 while unchanged', async () => {
  const course = await newCourse(api, administrator.token);
  const { body, headers } = await get(`/api/v1/courses/${course.id}`);
  expect(outline.parse(body).modules[0]?.lessons.map(({ id }) => id)).toEqual(course.lessonIds);
  expect((await get(`/api/v1/courses/${course.slug}`)).body).toEqual(body);
  const tag = headers.get('etag') ?? '';
  const again = await api.call(`GET /api/v1/courses/${course.slug}`, {
    headers: { 'if-none-match': tag },
  });
  expect(again.status).toBe(304);
});

test('a change is seen by the next reader, and made only against the version read', async () => {
  const { id, slug } = await newCourse(api, administrator.token);
  const tag = (await get(`/api/v1/courses/${slug}`)).headers.get('etag') ?? '';
  const target = `PATCH /api/v1/courses/${id}`;
  expect((await admin(target, { title: 'New' })).status).toBe(428);
  const changed = await admin(target, { title: 'New', slug: `${slug}-new` }, tag);
  expect(changed.status).toBe(200);
  expect((await get(`/api/v1/courses/${id}`)).body).toMatchObject({ title: 'New' });
  expect((await get(`/api/v1/courses/${slug}`)).status).toBe(404);
  expect((await admin(target, { title: 'Newer' }, tag)).status).toBe(412);
  const next = changed.headers.get('etag') ?? '';
  expect((await admin(target, { title: 'Newer' }, next)).status).toBe(200);
});

test('of two authors with the same version one is told of the other', async () => {
  const { id } = await newCourse(api, administrator.token);
  const tag = (await get(`/api/v1/courses/${id}`)).headers.get('etag') ?? '';
  const replies = await Promise.all(
    ['A', 'B', 'C'].map((title) => admin(`PATCH /api/v1/courses/${id}`, { title }, tag)),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
});

test('a draft exists for its staff only', async () => {
  const { id, slug } = await newCourse(api, administrator.token, { publish: false });
  const outsider = await newPerson(api);
  const designer = await roleIn(id, ['designer']);
  for (const ref of [id, slug]) {
    expect((await get(`/api/v1/courses/${ref}`)).status).toBe(404);
    expect((await get(`/api/v1/courses/${ref}`, outsider.token)).status).toBe(404);
    const seen = await get(`/api/v1/courses/${ref}`, designer.token);
    expect(seen.status).toBe(200);
    expect(seen.headers.get('cache-control')).toBe('private, no-store');
  }
  const body = { title: 'Mine' };
  const target = `POST /api/v1/courses/${id}/modules`;
  expect((await api.call(target, { token: outsider.token, body })).status).toBe(404);
  expect((await api.call(target, { token: designer.token, body })).status).toBe(201);
  const mine = page.parse((await get('/api/v1/me/courses', designer.token)).body);
  expect(mine.data.map((course) => course.id)).toEqual([id]);
});

test('roles allow what they say, and only administrators make teachers', async () => {
  const { id } = await newCourse(api, administrator.token);
  const teacher = await roleIn(id, ['teacher']);
  const assistant = await roleIn(id, ['assistant']);
  const other = await newPerson(api);
  const staff = `PUT /api/v1/courses/${id}/staff/${other.id}`;
  const set = (token: string, roles: string[]) => api.call(staff, { token, body: { roles } });
  expect((await set(teacher.token, ['assistant'])).status).toBe(204);
  expect((await set(teacher.token, ['teacher'])).status).toBe(403);
  expect((await set(other.token, ['teacher'])).status).toBe(403);
  const body = { title: 'x' };
  const edit = `POST /api/v1/courses/${id}/modules`;
  expect((await api.call(edit, { token: assistant.token, body })).status).toBe(403);
  expect((await api.call(edit, { token: teacher.token, body })).status).toBe(201);
  const open = { slug: `t-${Date.now()}`, title: 'x', categoryId: randomUUID() };
  const opened = await api.call('POST /api/v1/courses', { token: teacher.token, body: open });
  expect(opened.status).toBe(403);
});

test('an order is changed as a whole or not at all', async () => {
  const { id, moduleId, lessonIds } = await newCourse(api, administrator.token, { lessons: 4 });
  const target = `PUT /api/v1/modules/${moduleId}/lessons/order`;
  const reversed = lessonIds.toReversed();
  expect((await admin(target, { ids: reversed })).status).toBe(200);
  const shown = async () =>
    outline
      .parse((await get(`/api/v1/courses/${id}`)).body)
      .modules[0]?.lessons.map((lesson) => lesson.id);
  expect(await shown()).toEqual(reversed);
  for (const ids of [reversed.slice(1), [...reversed.slice(1), randomUUID()]]) {
    expect((await admin(target, { ids })).status).toBe(409);
  }
  expect((await admin(target, { ids: [lessonIds[0], lessonIds[0]] })).status).toBe(422);
  expect(await shown()).toEqual(reversed);
});

test('prerequisites stay in their course and never run in circles', async () => {
  const { lessonIds } = await newCourse(api, administrator.token, { lessons: 3 });
  const other = await newCourse(api, administrator.token, { lessons: 1 });
  const [a, b, c] = lessonIds;
  const require = (lesson: string | undefined, ids: readonly unknown[]) =>
    admin(`PUT /api/v1/lessons/${lesson}/prerequisites`, { ids });
  expect((await require(b, [a])).status).toBe(200);
  expect((await require(c, [b])).status).toBe(200);
  expect((await require(a, [c])).status).toBe(409);
  expect((await require(a, other.lessonIds)).status).toBe(409);
  expect((await get(`/api/v1/lessons/${c}`, administrator.token)).body).toMatchObject({
    prerequisites: [b],
  });
});

test('a lesson opens for the enrolled, once released and its prerequisites are done', async () => {
  const { id, lessonIds } = await newCourse(api, administrator.token, { lessons: 2 });
  const [first, second] = lessonIds;
  const learner = await newPerson(api);
  const read = (lesson: string | undefined) => get(`/api/v1/lessons/${lesson}`, learner.token);
  expect(await read(first)).toMatchObject({
    status: 403,
    body: { type: 'urn:bellwether:problem:not-enrolled' },
  });
  const enrolment = await api.prisma.enrolment.create({
    data: { courseId: id, userId: learner.id, status: 'active', activatedAt: new Date() },
  });
  expect(await read(first)).toMatchObject({ status: 200, body: { body: 'Words.' } });

  await admin(`PUT /api/v1/lessons/${second}/prerequisites`, { ids: [first] });
  expect((await read(second)).body).toMatchObject({ type: 'urn:bellwether:problem:prerequisites' });
  const now = new Date();
  await api.prisma.lessonProgress.create({
    data: {
      enrolmentId: enrolment.id,
      lessonId: first ?? '',
      startedAt: now,
      completedAt: now,
      lastEventAt: now,
    },
  });
  const open = await read(second);
  expect(open.status).toBe(200);

  const tag = open.headers.get('etag') ?? '';
  const releaseAt = '2999-01-01T00:00:00Z';
  expect((await admin(`PATCH /api/v1/lessons/${second}`, { releaseAt }, tag)).status).toBe(200);
  expect((await read(second)).body).toMatchObject({ type: 'urn:bellwether:problem:not-released' });
});

test('a course without lessons cannot be published, and a published one cannot be deleted', async () => {
  const empty = await newCourse(api, administrator.token, { lessons: 0, publish: false });
  expect((await publishCourse(api, administrator.token, empty.id)).status).toBe(409);
  const { id } = await newCourse(api, administrator.token);
  const tag = (await get(`/api/v1/courses/${id}`)).headers.get('etag') ?? '';
  expect((await admin(`DELETE /api/v1/courses/${id}`, undefined, tag)).status).toBe(404);
  const draft = await get(`/api/v1/courses/${empty.id}`, administrator.token);
  const draftTag = draft.headers.get('etag') ?? '';
  expect((await admin(`DELETE /api/v1/courses/${empty.id}`, undefined, draftTag)).status).toBe(204);
});

test('a profile change is seen at once', async () => {
  const { token } = await newPerson(api);
  await get('/api/v1/me', token);
  const body = { displayName: 'Grace', timeZone: 'Europe/Paris', phone: '+33123456789' };
  expect((await api.call('PATCH /api/v1/me', { token, body })).status).toBe(200);
  expect((await get('/api/v1/me', token)).body).toMatchObject(body);
  const faulty = { timeZone: 'Mars/Olympus' };
  expect(await api.call('PATCH /api/v1/me', { token, body: faulty })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '#/timeZone', value: 'Mars/Olympus' }] },
  });
});
