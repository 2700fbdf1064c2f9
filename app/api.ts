/** The API put together: from settings to an application that can be served, checked and closed. */
import type { Express } from 'express';
import { createAuthenticate } from './auth/authenticate.ts';
import { createRevocations } from './auth/revocations.ts';
import { authRoutes } from './auth/routes.ts';
import { createSessions } from './auth/sessions.ts';
import { createAuthStore } from './auth/store.ts';
import { createTokens } from './auth/tokens.ts';
import { createCache } from './cache/cache.ts';
import { certificateRoutes } from './certificates/routes.ts';
import type { Config } from './config.ts';
import { authoringRoutes } from './courses/authoring.ts';
import { createCatalogue } from './courses/catalogue.ts';
import { outlineRoutes } from './courses/outline.ts';
import { courseRoutes } from './courses/routes.ts';
import { type Database, openDatabase } from './database/client.ts';
import { exportDatabaseMetrics } from './database/metrics.ts';
import { checkMigrated } from './database/migrations.ts';
import { enrolmentRoutes } from './enrolments/routes.ts';
import { createHealth, type Health } from './health.ts';
import { createCursors } from './http/cursor.ts';
import { createIdempotency } from './http/idempotency.ts';
import { createRequestLimits } from './http/limits.ts';
import { watchEventLoop } from './http/shedding.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { peopleRoutes } from './people/routes.ts';
import { progressRoutes } from './progress/routes.ts';
import { quizRoutes } from './quizzes/routes.ts';
import { connectRedis } from './redis.ts';
import { createApp } from './server.ts';

export interface Api {
  readonly app: Express;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Close every connection and timer; the application is of no use afterwards. */
  readonly close: () => Promise<void>;
}

/** @param checkAnswers fail when an answer breaks its schema: for tests */
export async function createApi(
  config: Config,
  log: Log,
  { checkAnswers = false } = {},
): Promise<Api> {
  const metrics = createMetrics();
  const database = openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    replica: config.readReplica,
    log,
  });
  exportDatabaseMetrics(metrics.registry, database);
  const redis = connectAll(config, log);
  const cache = createCache({
    redis: redis.cache,
    subscriber: redis.subscriber,
    near: redis.near,
    metrics,
  });
  const { prisma } = database;
  database.readers.shareThrough({
    remember: (name, seconds) => redis.state.set(name, '1', 'EX', seconds),
    remembers: async (name) => (await redis.state.exists(name)) > 0,
  });

  const store = createAuthStore(prisma);
  const tokens = await createTokens(config.signingKey, config.publicUrl);
  const revocations = createRevocations(store.changesSince);
  const limits = createRequestLimits(redis.state, (error) => {
    log.debug({ err: error }, 'limits not shared');
  });
  const load = watchEventLoop();
  const cursors = createCursors(config.cursorKey);
  const catalogue = createCatalogue({ database, cache, cursors });
  const perMinute = config.limitsPerMinute;
  const loginPolicy = { name: 'login', perMinute: perMinute.login };
  const sessions = createSessions(store, tokens);
  const health = createHealth(checksOf(database, () => redis.state.ping()));

  const app = createApp({
    routes: [
      ...courseRoutes({ database, catalogue, cursors }),
      ...peopleRoutes({ database, cache }),
      ...authRoutes({ store, sessions, tokens, limits, loginPolicy }),
      ...authoringRoutes({ prisma, catalogue }),
      ...outlineRoutes({ prisma, catalogue }),
      ...enrolmentRoutes({ database, cursors }),
      ...progressRoutes({ prisma }),
      ...quizRoutes({ prisma, cursors }),
      ...certificateRoutes({ prisma, publicUrl: config.publicUrl }),
    ],
    authenticate: createAuthenticate(tokens, revocations),
    wrote: database.readers.wrote,
    idempotency: createIdempotency(prisma),
    limits,
    policies: {
      anonymous: { name: 'anonymous', perMinute: perMinute.anonymous },
      user: { name: 'user', perMinute: perMinute.user },
    },
    load,
    health,
    metrics,
    log,
    publicUrl: config.publicUrl,
    trustProxyHops: config.trustProxyHops,
    corsOrigins: config.corsOrigins,
    checkAnswers,
  });
  const close = async () => {
    revocations.stop();
    limits.stop();
    load.stop();
    await limits.exchange();
    await cache.close();
    redis.state.disconnect();
    await database.close();
  };
  return { app, health, metrics, close };
}

/** The cache must answer at once or not at all; the state may take a little longer. */
function connectAll({ redisCacheUrl, redisNearCacheUrl, redisStateUrl }: Config, log: Log) {
  const connect = (url: string, name: string, commandTimeoutMs: number) =>
    connectRedis(url, { name, commandTimeoutMs }, log);
  return {
    cache: connect(redisCacheUrl, 'lms-cache', 100),
    subscriber: connect(redisCacheUrl, 'lms-cache-tracking', 1000),
    near: redisNearCacheUrl ? connect(redisNearCacheUrl, 'lms-near-cache', 100) : undefined,
    state: connect(redisStateUrl, 'lms-state', 500),
  };
}

function checksOf(database: Database, pingState: () => Promise<unknown>) {
  let migrated: Promise<void> | undefined;
  const checkOnce = async () => {
    migrated ??= checkMigrated(database.prisma);
    await migrated.catch((error: unknown) => {
      migrated = undefined;
      throw error;
    });
  };
  return [
    { name: 'database', run: answering(database) },
    { name: 'migrations', run: checkOnce },
    { name: 'state', run: pingState },
  ];
}

/**
 * Whether the database answers, told by the statements that go through anyway: a ping would wait
 * behind them for a connection, and a pod that is merely busy would be taken for broken.
 */
function answering(database: Database): () => Promise<void> {
  let answeredAt = Number.NEGATIVE_INFINITY;
  database.onStatement(() => {
    answeredAt = performance.now();
  });
  return async () => {
    if (performance.now() - answeredAt > 1000) await database.ping();
  };
}
