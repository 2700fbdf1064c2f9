/** Connections to the state Redis as BullMQ wants them: commands wait until Redis is back. */
import { Redis } from 'ioredis';
import type { Log } from '../log.ts';

const longestRetryMs = 5000;

/** @param name shown in Redis' client list and in our logs */
export function connectQueueRedis(url: string, name: string, log: Log): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    connectTimeout: 2000,
    maxRetriesPerRequest: null,
    retryStrategy: backoffMs,
  });
  let lost = false;
  redis.on('error', ({ message }) => {
    if (!lost) log.warn({ redis: name, reason: message }, 'redis is away');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) log.info({ redis: name }, 'redis is back');
    lost = false;
  });
  return redis;
}

/** @param attempt 1, 2, ... @returns milliseconds to wait, half of it random */
function backoffMs(attempt: number): number {
  const ceiling = Math.min(longestRetryMs, 50 * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}
