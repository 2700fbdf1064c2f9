/**
 * CPU time per request of the API, beside that of a bare Express route in the same run.
 *
 *     node bench/api.ts [--requests 20000]
 *
 * Each server is a process of its own; the load comes from this one. CPU time is what the server
 * process used, user and system, so it hardly depends on what else the machine does.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load } from './api/load.ts';
import { type Served, serve, serveApi } from './api/serve.ts';
import { learnerEmail, seedPassword } from './people.ts';
import { quantile } from './quantile.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '20000' } } });
const requests = Number(values.requests);
const connections = 16;
const rounds = 3;

async function signIn(url: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: learnerEmail(1), password: seedPassword }),
  });
  const { accessToken } = (await response.json()) as { accessToken: string };
  return { authorization: `Bearer ${accessToken}` };
}

/** Microseconds of the server's CPU time per request: the median of the rounds. */
async function measure(server: Served, path: string, headers: Record<string, string>) {
  const url = `${server.url}${path}`;
  await load(url, { requests: Math.ceil(requests / 4), connections, headers });
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await server.cpuMicroseconds();
    await load(url, { requests, connections, headers });
    costs.push(((await server.cpuMicroseconds()) - before) / requests);
  }
  return quantile(costs, 0.5);
}

async function bytesOf(url: string, headers: Record<string, string>): Promise<number> {
  return (await (await fetch(url, { headers })).arrayBuffer()).byteLength;
}

interface Result {
  readonly name: string;
  readonly bytes: number;
  readonly microseconds: number;
  readonly bare: number;
}

const pages = [
  { name: 'catalogue list, signed in, cached', path: '/api/v1/courses?limit=20' },
  { name: 'course page, signed in, cached', path: '/api/v1/courses/{slug}' },
  { name: 'own profile, cached', path: '/api/v1/me' },
];

async function run(api: Served): Promise<readonly Result[]> {
  const headers = await signIn(api.url);
  const list = await (await fetch(`${api.url}/api/v1/courses?limit=1`)).json();
  const { slug } = (list as { data: [{ slug: string }] }).data[0];
  const results: Result[] = [];
  for (const { name, path } of pages) {
    const filled = path.replace('{slug}', slug);
    const bytes = await bytesOf(`${api.url}${filled}`, headers);
    const server = await serve('bench/api/bare.ts', 18_090, { BYTES: String(bytes) });
    try {
      const bare = await measure(server, '/bare', {});
      results.push({ name, bytes, bare, microseconds: await measure(api, filled, headers) });
    } finally {
      await server.stop();
    }
  }
  return results;
}

const api = await serveApi({ courses: 50, learners: 20 }, 18_080);
const results = await run(api).finally(api.stop);
console.log(`CPU time per request over ${requests} requests, median of ${rounds} rounds:`);
for (const { name, bytes, microseconds, bare } of results) {
  const ratio = (microseconds / bare).toFixed(2);
  console.log(
    `  ${name} (${bytes} bytes): ${microseconds.toFixed(0)} us; bare Express route ${bare.toFixed(0)} us; ratio ${ratio}`,
  );
}
mkdirSync('reports', { recursive: true });
writeFileSync('reports/bench-api.json', `${JSON.stringify(results, undefined, 2)}\n`);
