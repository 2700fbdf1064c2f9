import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import { plainAccess } from './access.ts';
import { type Client, createClient } from './client.ts';
import { profilesPath } from './profiles.ts';
import { type Doorbell, ring } from './watch.ts';

let api: ApiServer;
let client: Client;
let stopping: AbortController;
let rung: string[];
let waiting: (() => void)[];

beforeEach(async () => {
  api = await startApiServer();
  client = createClient(plainAccess(api.url), () => undefined);
  stopping = new AbortController();
  rung = [];
  waiting = [];
});
afterEach(async () => {
  stopping.abort();
  client.close();
  await api.close();
});

function say(text: string): void {
  rung.push(text);
  for (const wake of waiting.splice(0)) wake();
}

const doorbell: Doorbell = {
  onList: (keys) => say(`list ${keys.map(({ name }) => name).join()}`),
  onChange: ({ name }) => say(`change ${name}`),
  onDelete: ({ name }) => say(`delete ${name}`),
  onTrouble: () => say('trouble'),
};

/** Wait until the bell has rung this often in all; each test's time-out bounds it. */
async function heard(count: number): Promise<readonly string[]> {
  while (rung.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  return rung;
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
  const done = ring(client, doorbell, { path, relistSeconds: 60, signal, sleep, random: () => 1 });
  return { done, delays };
}

function put(name: string, spec: object, namespace = 'lms', status: object = {}) {
  const path = `${profilesPath(namespace)}/${name}`;
  const draft = { apiVersion: 'autoscaling.bellwether.dev/v1alpha1', kind: 'ScaleProfile' };
  api.store.put(path, { ...draft, metadata: { name }, spec, status }, namespace);
}

/** How many watches were asked for. */
const watches = () => api.seen.filter(({ isWatch }) => isWatch).length;

test('tells what there is, what is made, changed and deleted', async () => {
  put('a', {});
  start();
  await heard(1);
  put('b', {});
  put('a', { x: 1 });
  api.store.delete(`${profilesPath('lms')}/b`);
  expect(await heard(4)).toEqual(['list a', 'change b', 'change a', 'delete b']);
});

test('does not ring for status', async () => {
  put('a', {});
  start();
  await heard(1);
  put('a', {}, 'lms', { x: 1 });
  put('b', {});
  expect(await heard(2)).toEqual(['list a', 'change b']);
});

test('sees only its namespace when it has one', async () => {
  put('a', {}, 'other');
  start('lms');
  await heard(1);
  put('b', {}, 'other');
  put('c', {});
  expect(await heard(2)).toEqual(['list ', 'change c']);
});

test('a broken watch costs a new list, and nothing is lost', async () => {
  start();
  await heard(1);
  while (watches() < 1) await new Promise((resolve) => setImmediate(resolve));
  put('a', {});
  await heard(2);
  api.breakWatches();
  put('b', {});
  const all = await heard(4);
  expect(all.filter((each) => each !== 'trouble').at(-1)).toBe('list a,b');
});

test('an expired version costs a new list', async () => {
  let isFirst = true;
  api.intercept = ({ isWatch }) => {
    if (isWatch && isFirst) {
      isFirst = false;
      put('a', {});
      api.store.compact();
    }
    return undefined;
  };
  const { delays } = start();
  expect(await heard(2)).toEqual(['list ', 'list a']);
  expect(delays).toEqual([500]);
});

test('a server that refuses is asked ever more slowly, at most each 30 s', async () => {
  api.intercept = () => ({ code: 500 });
  const { delays } = start();
  await heard(9);
  expect(delays.slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('stops when it is told to', async () => {
  const { done } = start();
  await heard(1);
  stopping.abort();
  await done;
  expect(rung).toEqual(['list ']);
});
