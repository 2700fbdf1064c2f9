import { expect, test } from 'vitest';
import { notFound, toDocument, toProblem } from './problem.ts';

test('an unexpected error says nothing of its cause', () => {
  const error = new Error('SELECT password_hash FROM users');
  const document = toDocument(toProblem(error));
  expect(document).toEqual({
    type: 'urn:bellwether:problem:internal',
    title: 'Internal error',
    status: 500,
    detail: 'Something went wrong.',
  });
});

test('a problem is passed on as it is', () => {
  const problem = notFound();
  expect(toProblem(problem)).toBe(problem);
});

test.each([
  { name: 'refused', error: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) },
  {
    name: 'deep down',
    error: new Error('a', { cause: Object.assign(new Error(), { code: 'P1001' }) }),
  },
  {
    name: 'locked',
    error: Object.assign(new Error('Raw query failed. Code: `55P03`.'), { code: 'P2010' }),
  },
  {
    name: 'gone behind its pooler',
    error: Object.assign(new Error('Database error. Code: `08P01`. Message: `server login`'), {
      code: 'P2039',
    }),
  },
  { name: 'out of connections', error: Object.assign(new Error(), { code: 'P2028' }) },
  {
    name: 'lost between two statements',
    error: new Error('Client has encountered a connection error and is not queryable'),
  },
  { name: 'pool exhausted', error: new Error('timeout exceeded when trying to connect') },
])('a database that is $name is 503 with Retry-After', ({ error }) => {
  expect(toProblem(error)).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
});

test('a raw statement that is wrong in itself is 500', () => {
  const error = Object.assign(new Error('Raw query failed. Code: `42601`.'), { code: 'P2010' });
  expect(toProblem(error).status).toBe(500);
});

test.each([400, 413, 415])('the body parser’s %i stays what it is', (status) => {
  expect(toProblem(Object.assign(new Error('x'), { status })).status).toBe(status);
});
