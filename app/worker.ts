/** The worker program: jobs from the queues, the outbox's relay, and what time alone brings about. */
import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { sweepSessions } from './auth/sweep.ts';
import { countExpected } from './calendar/expected.ts';
import { exportExpectedLearners } from './calendar/metrics.ts';
import { drawCertificateFile } from './certificates/job.ts';
import { type Config, readConfig } from './config.ts';
import { type Database, openDatabase } from './database/client.ts';
import { exportDatabaseMetrics } from './database/metrics.ts';
import { checkMigrated } from './database/migrations.ts';
import { sweepEnrolments } from './enrolments/sweep.ts';
import { createHealth } from './health.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { closeServer, listen, stopOnSignal } from './lifecycle.ts';
import { createLog, type Log } from './log.ts';
import { repeat } from './queue/repeat.ts';
import { startQueues } from './queue/start.ts';
import { gradeProvisionally } from './quizzes/grade.ts';
import { sweepAttempts } from './quizzes/sweep.ts';

/** Less than the grace that the pod gets; a job cut off is taken up again by another worker. */
const closeGraceMs = 45_000;
const sweepMs = 15_000;
const sweepSessionsMs = 600_000;

async function start(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const database = openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    log,
  });
  exportDatabaseMetrics(registry, database);
  const { prisma } = database;
  const queues = startQueues({
    redisUrl: config.redisStateUrl,
    prisma,
    registry,
    log,
    gradingMaxPerSecond: config.gradingMaxPerSecond,
    jobs: {
      grading: (job) => gradeProvisionally(prisma, job, () => new Date()),
      certificates: (job) => drawCertificateFile(prisma, job, config.publicUrl),
    },
  });
  const leadMs = config.expectedLeadMinutes * 60_000;
  exportExpectedLearners(
    registry,
    () => countExpected(prisma, new Date(), leadMs),
    queues.exporter,
  );
  const sweeps = startSweeps(database, log);
  const health = createHealth([
    { name: 'database', run: database.ping },
    { name: 'migrations', run: () => checkMigrated(prisma) },
    { name: 'state', run: queues.ping },
  ]);
  const server = createMetricsServer(registry, health);
  stopOnSignal(log, async () => {
    health.drain();
    await Promise.race([Promise.all([queues.stop(), sweeps.stop()]), sleep(closeGraceMs)]);
    await database.close();
    await closeServer(server, 0);
  });
  const port = await listen(server, config.metricsPort);
  log.info({ port, uptimeMs: Math.round(process.uptime() * 1000) }, 'working');
}

function startSweeps({ prisma }: Database, log: Log) {
  const sweep = async () => {
    const attempts = await sweepAttempts(prisma, new Date());
    const enrolments = await sweepEnrolments(prisma, new Date());
    const done = attempts + enrolments.expired + enrolments.promoted;
    if (done > 0) log.info({ attempts, ...enrolments }, 'swept');
    return 0;
  };
  const often = repeat(sweep, { name: 'sweep', idleMs: sweepMs, longestMs: 4 * sweepMs, log });
  const seldom = repeat(() => sweepSessions(prisma), {
    name: 'sessions',
    idleMs: sweepSessionsMs,
    longestMs: 4 * sweepSessionsMs,
    log,
  });
  return { stop: () => Promise.all([often.stop(), seldom.stop()]) };
}

function readSettings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

await start(readSettings());
