/** The API program: settings from the environment, one server for learners, one for Prometheus. */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from './api.ts';
import { type Config, readConfig } from './config.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { closeServer, listen, stopOnSignal } from './lifecycle.ts';
import { createLog } from './log.ts';

/** Longer than any request may take. */
const closeGraceMs = 20_000;

async function start(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  const api = await createApi(config, log);
  const server = createServer(
    { keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 30_000 },
    api.app,
  );
  const metricsServer = createMetricsServer(api.metrics.registry, api.health);
  stopOnSignal(log, async () => {
    api.health.drain();
    await sleep(config.drainSeconds * 1000);
    await closeServer(server, closeGraceMs);
    await api.close();
    await closeServer(metricsServer, 0);
  });
  await listen(metricsServer, config.metricsPort);
  const port = await listen(server, config.port);
  void api.health.readiness();
  log.info({ port, uptimeMs: Math.round(process.uptime() * 1000) }, 'listening');
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
