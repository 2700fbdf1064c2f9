import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { SignedIn } from './learners.ts';
import { Recorder } from './measure.ts';
import { Visitor } from './visit.ts';

let asked: string[] = [];
let expiresInSeconds = 600;
let status = 200;

/** Hands out numbered sessions. */
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.statusCode = status;
  const number = asked.length;
  const session = { accessToken: `a${number}`, refreshToken: `r${number}`, expiresInSeconds };
  response.end(JSON.stringify(session));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// A TCP server's address is never a string.
const { port } = server.address() as AddressInfo;
const connection = new Connection(new URL(`http://127.0.0.1:${port}`));
const recorder = new Recorder();
const visitor = () => new Visitor(connection, recorder, () => performance.now());
const someone = () => new SignedIn({ email: 'a@example.test', password: 'b' });

beforeEach(() => {
  [asked, expiresInSeconds, status] = [[], 600, 200];
});
afterAll(() => {
  connection.close();
  server.close();
});

test('visits at the same time sign in once', async () => {
  const learner = someone();
  const tokens = await Promise.all([1, 2, 3].map(() => learner.token(visitor())));
  expect(tokens).toEqual(['a1', 'a1', 'a1']);
  expect(asked).toEqual(['/api/v1/auth/login']);
});

test('a token about to end is renewed once, however many ask', async () => {
  const learner = someone();
  expiresInSeconds = 30;
  await learner.token(visitor());
  [asked, expiresInSeconds] = [[], 600];
  const tokens = await Promise.all([1, 2, 3].map(() => learner.token(visitor())));
  expect(tokens).toEqual(['a1', 'a1', 'a1']);
  expect(asked).toEqual(['/api/v1/auth/refresh']);
});

test('a sign-in that failed is recorded and tried again by the next visit', async () => {
  const learner = someone();
  status = 503;
  await expect(learner.token(visitor())).rejects.toThrow('login: status 503');
  expect(recorder.measurement().failures).toEqual({ 'login: status 503': 1 });
  status = 200;
  expect(await learner.token(visitor())).toBe('a2');
});
