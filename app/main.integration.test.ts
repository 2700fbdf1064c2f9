/** The API as a process: starting, refusing faulty settings, and stopping without losing a request. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { baseSettings } from './testing/api.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';

let database: TestDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => database.drop());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function run(settings: Readonly<Record<string, string>>) {
  const env = { PATH: process.env.PATH ?? '', ...settings };
  const child = spawn(process.execPath, ['app/main.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output.text += chunk;
    });
  }
  return { child, output, exited: once(child, 'exit').then(([code]) => code) };
}

async function start(settings: Readonly<Record<string, string>> = {}) {
  const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const program = run({
    ...baseSettings(),
    DATABASE_URL: database.url,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    DRAIN_SECONDS: '1',
    LOG_LEVEL: 'info',
    ...settings,
  });
  for (let tries = 0; tries < 150 && (await statusOf(`${url}/readyz`)) !== 200; tries += 1) {
    await sleep(100);
  }
  return { ...program, url, metricsUrl: `http://127.0.0.1:${metricsPort}` };
}

async function statusOf(url: string): Promise<number | undefined> {
  const response = await fetch(url).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.status;
}

test('faulty settings are all told at once, and the program ends', async () => {
  const { output, exited } = run({ PORT: 'x', REDIS_CACHE_URL: 'nowhere' });
  expect(await exited).toBe(1);
  for (const name of [
    'DATABASE_URL',
    'REDIS_CACHE_URL',
    'REDIS_STATE_URL',
    'SIGNING_KEY',
    'PORT',
  ]) {
    expect(output.text).toContain(`${name}: `);
  }
});

test('it serves the API and, on another port, its metrics and probes', async () => {
  const { url, metricsUrl } = await start();
  expect(await statusOf(`${url}/api/v1/courses`)).toBe(200);
  expect(await statusOf(`${url}/metrics`)).toBe(404);
  expect(await statusOf(`${metricsUrl}/readyz`)).toBe(200);
  const metrics = await (await fetch(`${metricsUrl}/metrics`)).text();
  for (const name of [
    'lms_http_requests_received_total 2',
    'lms_http_requests_per_second ',
    'lms_http_requests_total{method="GET",route="/api/v1/courses",status="200"} 1',
    'lms_db_statements_total',
    'lms_db_pool_connections{state="total"}',
    'lms_cache_requests_total{cache="courses",result="miss"} 1',
  ]) {
    expect(metrics).toContain(name);
  }
});

test('at SIGTERM it turns unready, goes on serving, finishes what it has and exits 0', async () => {
  const { child, url, output, exited } = await start();
  let stop = false;
  const statuses = new Set<number | undefined>();
  const load = Array.from({ length: 4 }, async () => {
    while (!stop) statuses.add(await statusOf(`${url}/api/v1/courses`));
  });
  child.kill('SIGTERM');
  await sleep(300);
  expect(await statusOf(`${url}/readyz`)).toBe(503);
  expect(await statusOf(`${url}/livez`)).toBe(200);
  const slow = fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'a@b.test', password: 'long enough a word', displayName: 'A' }),
  });
  stop = true;
  await Promise.all(load);
  expect(statuses).toEqual(new Set([200]));
  const reply = await slow;
  expect(reply.status).toBe(201);
  expect(reply.headers.get('connection')).toBe('close');
  expect(await exited).toBe(0);
  expect(output.text).toContain('"msg":"stopped"');
});

test('a second signal ends it at once', async () => {
  const { child, exited } = await start({ DRAIN_SECONDS: '60' });
  child.kill('SIGTERM');
  await sleep(100);
  child.kill('SIGTERM');
  expect(await exited).toBe(1);
});

test('without its stores it lives, is not ready, and serves what it can', async () => {
  const missing = { REDIS_STATE_URL: 'redis://127.0.0.1:1' };
  const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
  const ports = { PORT: String(port), METRICS_PORT: String(metricsPort) };
  const settings = { ...baseSettings(), ...missing, ...ports, DATABASE_URL: database.url };
  const { child } = run({ ...settings, LOG_LEVEL: 'silent' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100 && (await statusOf(`${url}/livez`)) !== 200; tries += 1) {
    await sleep(100);
  }
  expect(await statusOf(`${url}/readyz`)).toBe(503);
  expect(await statusOf(`${url}/api/v1/courses`)).toBe(200);
  expect(child.exitCode).toBeNull();
});
