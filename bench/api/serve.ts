/** Server processes for benchmarks: the real API on throwaway stores, with its CPU time to be asked for. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Services, startServices } from '../../e2e/services.ts';

export interface Served {
  readonly url: string;
  readonly metricsUrl: string;
  /** CPU time of the server process so far, user and system, in microseconds. */
  readonly cpuMicroseconds: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Start stores, migrate and seed them, and serve the API from a process of its own. */
export async function serveApi(
  size: { readonly courses: number; readonly learners: number },
  port: number,
): Promise<Served> {
  const { services, remove } = await startServices();
  const counts = ['--courses', String(size.courses), '--learners', String(size.learners)];
  try {
    runScript(['app/database/migrate.ts'], { DATABASE_URL: services.ownerDatabaseUrl });
    runScript(['bench/seed.ts', ...counts], { DATABASE_URL: services.ownerDatabaseUrl });
    const server = await serve('app/main.ts', port, settingsOf(services, port));
    return { ...server, stop: () => server.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Serve a script that listens on `PORT`. */
export async function serve(
  script: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Served> {
  const child = spawn(process.execPath, ['--import', './bench/api/cpu-usage.ts', script], {
    cwd: root,
    env: { ...process.env, PORT: String(port), ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${url}/readyz`);
  return {
    url,
    metricsUrl: `http://127.0.0.1:${settings.METRICS_PORT ?? port}/metrics`,
    cpuMicroseconds: () => askCpu(child),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function settingsOf(services: Services, port: number): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    DATABASE_URL: services.databaseUrl,
    REDIS_CACHE_URL: services.redisCacheUrl,
    REDIS_STATE_URL: services.redisStateUrl,
    SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    CURSOR_KEY: randomBytes(32).toString('base64'),
    METRICS_PORT: String(port + 1),
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1000000',
    RATE_LIMIT_USER_PER_MINUTE: '1000000',
    DRAIN_SECONDS: '0',
  };
}

function runScript(script: readonly string[], settings: Readonly<Record<string, string>>): void {
  const env = { ...process.env, ...settings };
  execFileSync(process.execPath, script, {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilItAnswers(url: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

async function askCpu(child: ChildProcess): Promise<number> {
  const answered = once(child, 'message');
  child.send('cpu');
  const [{ user, system }] = await answered;
  return user + system;
}
