/** Connections to Redis that fail fast and come back by themselves. */
import { Redis } from 'ioredis';
import type { Log } from './log.ts';

interface RedisOptions {
  /** Shown in Redis' client list and in our logs. */
  readonly name: string;
  /** Longest wait for a reply. */
  readonly commandTimeoutMs: number;
}

const longestRetryMs = 2000;

/**
 * A client whose commands reject at once while Redis is away, instead of queueing up. It reconnects
 * for ever, with backoff and jitter, and logs each loss once.
 */
export function connectRedis(url: string, options: RedisOptions, log: Log): Redis {
  const { name, commandTimeoutMs } = options;
  const redis = new Redis(url, {
    connectionName: name,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: backoffMs,
  });
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) log.warn({ redis: name, reason: error.message }, 'redis is away');
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
