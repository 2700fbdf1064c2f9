/** What every route has in common, over HTTP against real stores. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { callOf, startApi, type TestApi } from './testing/api.ts';
import { newCourse } from './testing/courses.ts';
import { newAdministrator, newPerson } from './testing/people.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ CORS_ORIGINS: 'https://learn.example', TRUST_PROXY_HOPS: '1' });
});
afterAll(() => api.close());

const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Method and template of every route that Express serves. */
function servedRoutes(): readonly string[] {
  const layers = z.array(
    z.object({
      route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
    }),
  );
  return layers.parse(api.api.app.router.stack).flatMap(({ route }) => {
    // What refuses all other methods is no route.
    if (!route || Object.keys(route.methods).length > 1) return [];
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).map((method) => `${method} ${path}`);
  });
}

test('every served route is in the document, and nothing else', async () => {
  const { body } = await api.call('GET /openapi.json');
  const documented = Object.entries(document.parse(body).paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(servedRoutes().length).toBeGreaterThan(20);
  expect(documented.sort()).toEqual([...servedRoutes()].sort());
});

test('the documentation page needs nothing from elsewhere', async () => {
  const { status, headers, body } = await api.call('GET /docs');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(String(body)).toContain('/api/v1/courses/{course}');
  expect(String(body)).not.toMatch(/<script|src=|https?:\/\/(?!localhost)/);
});

test('the probes answer', async () => {
  expect(await api.call('GET /livez')).toMatchObject({ status: 200, body: { live: true } });
  await expect
    .poll(() => api.call('GET /readyz'), { timeout: 10_000 })
    .toMatchObject({
      status: 200,
      body: { ready: true, checks: { database: 'ok', migrations: 'ok', state: 'ok' } },
    });
  expect((await api.call('GET /startupz')).status).toBe(200);
});

test('errors are problems', async () => {
  const { status, headers, body } = await api.call('GET /api/v1/nothing');
  expect(status).toBe(404);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(body).toEqual({
    type: 'urn:bellwether:problem:not-found',
    title: 'Not found',
    status: 404,
    detail: 'There is no such address.',
  });
});

test('a known address refuses other methods', async () => {
  const { status, headers } = await api.call('DELETE /api/v1/me');
  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('GET, PATCH');
});

test.each([
  { name: 'no JSON', type: 'application/json', body: '{', status: 400 },
  { name: 'another media type', type: 'text/plain', body: 'x', status: 415 },
  { name: 'too large', type: 'application/json', body: `"${'x'.repeat(110_000)}"`, status: 413 },
  { name: 'nothing', type: 'application/json', body: '', status: 422 },
  { name: 'unknown fields', type: 'application/json', body: '{"a":1}', status: 422 },
])('a body that is $name is $status', async ({ type, body, status }) => {
  const url = `${api.url}/api/v1/auth/login`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
});

test('a compressed body is refused', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const url = `${api.url}/api/v1/auth/login`;
  const response = await fetch(url, { method: 'POST', headers, body: 'zip' });
  expect(response.status).toBe(415);
});

test('an address that cannot be decoded is 400', async () => {
  expect((await api.call('GET /api/v1/courses/%E0%A4%A')).status).toBe(400);
});

test('answers carry the security headers and tell nothing of their server', async () => {
  const { headers } = await api.call('GET /api/v1/courses');
  expect(headers.get('strict-transport-security')).toContain('max-age=');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('x-powered-by')).toBeNull();
});

test('only listed origins may read answers', async () => {
  const ask = async (origin: string) => {
    const { headers } = await api.call('GET /api/v1/courses', { headers: { origin } });
    return headers.get('access-control-allow-origin');
  };
  expect(await ask('https://learn.example')).toBe('https://learn.example');
  expect(await ask('https://learn.example.evil.test')).toBeNull();
});

test('signed-in routes ask for a token', async () => {
  const { status, headers } = await api.call('GET /api/v1/me');
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer');
});

test('public lists may be cached by proxies and are 304 when unchanged', async () => {
  const first = await api.call('GET /api/v1/categories');
  expect(first.headers.get('cache-control')).toMatch(/^public, .*s-maxage=30/);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  const headers = { 'if-none-match': `"other", W/${etag}` };
  const second = await api.call('GET /api/v1/categories', { headers });
  expect(second.status).toBe(304);
  expect(second.body).toBe('');
});

/** Limits count by the minute: what a test counts must fall into one. */
async function withinOneMinute(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 5000) await sleep(leftMs);
}

test('an anonymous address is limited, its /64 with it, and told so', async () => {
  const limited = await startApi({ RATE_LIMIT_ANONYMOUS_PER_MINUTE: '5', TRUST_PROXY_HOPS: '1' });
  await withinOneMinute();
  try {
    const from = (address: string) =>
      limited.call('GET /api/v1/categories', { headers: { 'x-forwarded-for': address } });
    const network = `2001:db8:${Math.floor(Math.random() * 65_535).toString(16)}:1`;
    const statuses: number[] = [];
    for (let host = 1; host <= 7; host += 1) {
      statuses.push((await from(`${network}::${host}`)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const refused = await from(`${network}::9`);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await from(`2001:db8:ffff:${network.slice(9, 12)}::1`)).status).toBe(200);
  } finally {
    await limited.close();
  }
});

test('sign-ins to one account are limited exactly', async () => {
  const limited = await startApi({ RATE_LIMIT_LOGIN_PER_MINUTE: '3' });
  await withinOneMinute();
  try {
    const body = { email: `${Math.random()}@example.test`, password: 'wrong' };
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => limited.call('POST /api/v1/auth/login', { body })),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(3);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(5);
  } finally {
    await limited.close();
  }
});

test('an Idempotency-Key makes an effect once, however often it is sent', async () => {
  const { token } = await newAdministrator(api);
  const { slug } = await newCourse(api, token);
  const category = await api.prisma.category.findFirstOrThrow();
  const send = (title: string, key: string) =>
    api.call('POST /api/v1/courses', {
      token,
      body: { slug: `${slug}-${key}`, title, categoryId: category.id },
      headers: { 'idempotency-key': key },
    });
  const first = await send('One', 'a');
  const again = await send('One', 'a');
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await send('Two', 'a')).status).toBe(422);

  const burst = await Promise.all(Array.from({ length: 6 }, () => send('Burst', 'b')));
  const statuses = new Set(burst.map(({ status }) => status));
  expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
  expect(await api.prisma.course.count({ where: { title: 'Burst' } })).toBe(1);
  expect((await send('One', 'key with spaces')).status).toBe(422);
});

test('a refused request does not use its key up', async () => {
  const { token } = await newAdministrator(api);
  const headers = { 'idempotency-key': 'once' };
  const category = await api.prisma.category.findFirstOrThrow();
  const body = { slug: 'free-slug', title: 'x', categoryId: crypto.randomUUID() };
  expect((await api.call('POST /api/v1/courses', { token, body, headers })).status).toBe(422);
  const right = { ...body, categoryId: category.id };
  expect((await api.call('POST /api/v1/courses', { token, body: right, headers })).status).toBe(
    201,
  );
});

test('requests are counted by route template', async () => {
  const { token } = await newPerson(api);
  await api.call('GET /api/v1/courses/no-such-course', { token });
  await callOf(api.url)('GET /nowhere/at/all');
  const text = await api.api.metrics.registry.metrics();
  expect(text).toContain(
    'lms_http_requests_total{method="GET",route="/api/v1/courses/{course}",status="404"}',
  );
  expect(text).toContain('lms_http_requests_total{method="GET",route="unmatched",status="404"}');
  expect(text).not.toContain('no-such-course');
  expect(text).not.toContain('readyz');
  expect(text).toMatch(/lms_http_request_duration_seconds_bucket\{le="0.1",method="GET"/);
});

test('a draining server says so to probes and to kept-alive connections', async () => {
  const stopping = await startApi();
  try {
    stopping.api.health.drain();
    expect((await stopping.call('GET /readyz')).status).toBe(503);
    const { status, headers } = await stopping.call('GET /api/v1/categories');
    expect(status).toBe(200);
    expect(headers.get('connection')).toBe('close');
  } finally {
    await stopping.close();
  }
});

test('with every connection of the pool taken the answer is 503, not 500', async () => {
  const starved = await startApi({ DATABASE_POOL_SIZE: '1' });
  try {
    const { token } = await newPerson(starved);
    await starved.prisma.$transaction(
      async (transaction) => {
        await transaction.$executeRaw`LOCK TABLE courses, users IN ACCESS EXCLUSIVE MODE`;
        const replies = await Promise.all([
          starved.call('GET /api/v1/courses?limit=11'),
          starved.call('GET /api/v1/courses?limit=12'),
          starved.call('PATCH /api/v1/me', { token, body: { displayName: 'x' } }),
          starved.call('GET /api/v1/enrolments', { token }),
        ]);
        for (const { status, headers, body } of replies) {
          expect(status, JSON.stringify(body)).toBe(503);
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        }
      },
      { timeout: 25_000 },
    );
  } finally {
    await starved.close();
  }
});
