/** A served API for integration tests: its own database, real Redises, every answer checked. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { createApi } from '../api.ts';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../database/client.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import { createLog } from '../log.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface TestApi {
  /** Where it is served: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly config: Config;
  readonly api: Awaited<ReturnType<typeof createApi>>;
  /** For arranging and looking behind the API's back. */
  readonly prisma: PrismaClient;
  readonly call: Call;
  readonly close: () => Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Request {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Send a request and read the whole answer, JSON parsed. @param target `GET /path` */
export type Call = (target: string, request?: Request) => Promise<Reply>;

/**
 * @param settings of the environment, over generous limits
 * @param given a database to use, which is dropped at the end; by default a new one
 */
export async function startApi(
  settings: Readonly<Record<string, string>> = {},
  given?: TestDatabase,
): Promise<TestApi> {
  const database = given ?? (await createTestDatabase());
  const config = readConfig({ ...baseSettings(), DATABASE_URL: database.url, ...settings });
  await emptyCache(config.redisCacheUrl);
  const log = createLog('silent');
  const api = await createApi(config, log, { checkAnswers: true });
  const own = openDatabase({ url: database.ownerUrl, poolSize: 2, log });
  const server = createServer(api.app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    config,
    api,
    prisma: own.prisma,
    call: callOf(url),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await api.close();
      await own.close();
      await database.drop();
    },
  };
}

/** Settings that every API of the tests shares, with a key of its own. */
export function baseSettings(): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    REDIS_CACHE_URL: ownCacheUrl(),
    REDIS_STATE_URL: inject('redisStateUrl'),
    SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    CURSOR_KEY: randomBytes(32).toString('base64'),
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '100000',
    RATE_LIMIT_USER_PER_MINUTE: '100000',
    RATE_LIMIT_LOGIN_PER_MINUTE: '1000',
    LOG_LEVEL: 'silent',
  };
}

/** A Redis database for each test process: keys do not tell which database they cache. */
function ownCacheUrl(): string {
  return `${inject('redisCacheUrl')}/${Number(process.env.VITEST_POOL_ID ?? 0) % 16}`;
}

async function emptyCache(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
}

export function callOf(url: string): Call {
  return async (target, { token, body, headers = {} } = {}) => {
    const [method = 'GET', path = '/'] = target.split(' ');
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
}
