import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import { plainAccess } from './access.ts';
import { type Client, createClient } from './client.ts';
import { type Follower, followCollection } from './collection.ts';
import { profilesPath } from './profiles.ts';

let api: ApiServer;
let client: Client;
let stopping: AbortController;
let told: string[];
let waiting: (() => void)[];

beforeEach(async () => {
  api = await startApiServer();
  client = createClient(plainAccess(api.url), () => undefined);
  stopping = new AbortController();
  told = [];
  waiting = [];
});
afterEach(async () => {
  stopping.abort();
  client.close();
  await api.close();
});

function say(text: string): void {
  told.push(text);
  for (const wake of waiting.splice(0)) wake();
}

const follower: Follower = {
  onObject: ({ name }) => say(`see ${name}`),
  onDelete: ({ name }) => say(`delete ${name}`),
  onListed: () => say('listed'),
  onWatching: () => say('watching'),
  onTrouble: () => say('trouble'),
};

/** Wait until this much has been told in all; each test's time-out bounds it. */
async function heard(count: number): Promise<readonly string[]> {
  while (told.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  return told;
}

function start(namespace?: string) {
  const delays: number[] = [];
  const sleep = async (ms: number, signal: AbortSignal) => {
    delays.push(ms);
    // As good as no delay, but never in the way of an abort.
    if (!signal.aborted) await new Promise((resolve) => setImmediate(resolve));
  };
  const { signal } = stopping;
  const path = profilesPath(namespace);
  const done = followCollection(client, follower, { path, signal, sleep, random: () => 1 });
  return { done, delays };
}

function put(name: string, spec: object, namespace = 'lms', status: object = {}) {
  const path = `${profilesPath(namespace)}/${name}`;
  const draft = { apiVersion: 'autoscaling.bellwether.dev/v1alpha1', kind: 'ScaleProfile' };
  api.store.put(path, { ...draft, metadata: { name }, spec, status }, namespace);
}

/** Methods of the lists and watches so far. */
const asked = () => api.seen.map(({ isWatch }) => (isWatch ? 'watch' : 'list'));

test('tells what there is, what is made, changed and deleted', async () => {
  put('a', {});
  start();
  await heard(3);
  put('b', {});
  put('a', { x: 1 });
  api.store.delete(`${profilesPath('lms')}/b`);
  expect(await heard(6)).toEqual(['see a', 'listed', 'watching', 'see b', 'see a', 'delete b']);
});

test('lists in pages, each whole', async () => {
  for (let index = 0; index < 1001; index += 1) put(`p${index}`, {});
  start();
  const all = await heard(1002);
  expect(new Set(all.slice(0, 1001)).size).toBe(1001);
  expect(all[1001]).toBe('listed');
  expect(asked().slice(0, 3)).toEqual(['list', 'list', 'list']);
});

test('sees only its namespace when it has one', async () => {
  put('a', {}, 'other');
  start('lms');
  await heard(2);
  put('b', {}, 'other');
  put('c', {});
  expect(await heard(3)).toEqual(['listed', 'watching', 'see c']);
});

test('a broken watch is taken up where it ended, without a list', async () => {
  start();
  await heard(2);
  put('a', {});
  await heard(3);
  api.breakWatches();
  put('b', {});
  while (!told.includes('see b')) await heard(told.length + 1);
  expect(told.filter((each) => each.startsWith('see'))).toEqual(['see a', 'see b']);
  expect(asked()).toEqual(['list', 'watch', 'watch']);
});

test('an expired version costs a new list, which tells what has gone', async () => {
  put('a', {});
  let isFirst = true;
  api.intercept = ({ isWatch }) => {
    if (isWatch && isFirst) {
      isFirst = false;
      api.store.delete(`${profilesPath('lms')}/a`);
      put('b', {});
      api.store.compact();
    }
    return undefined;
  };
  const { delays } = start();
  expect(await heard(7)).toEqual([
    'see a',
    'listed',
    'watching',
    'see b',
    'delete a',
    'listed',
    'watching',
  ]);
  expect(delays).toEqual([500]);
});

test('a bookmark moves on the version to go on from', async () => {
  start();
  await heard(2);
  api.bookmark();
  put('a', {});
  await heard(3);
  api.breakWatches();
  await heard(told.length + 2);
  expect(told.filter((each) => each.startsWith('see'))).toEqual(['see a']);
});

test('a server that refuses is asked ever more slowly, at most each 30 s', async () => {
  api.intercept = () => ({ code: 500 });
  const { delays } = start();
  await heard(9);
  expect(delays.slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test.each([
  ['one that says when to come back, not before', { code: 429, retryAfterSeconds: 7 }, 7000],
  ['one that knows us without the right to look, after five minutes', { code: 403 }, 300_000],
])('%s', async (_, fault, delayMs) => {
  api.intercept = () => fault;
  const { delays } = start();
  await heard(2);
  expect(delays[0]).toBe(delayMs);
});

test('stops when it is told to', async () => {
  const { done } = start();
  await heard(2);
  stopping.abort();
  await done;
  expect(told).toEqual(['listed', 'watching']);
});
