/** The operator's connection to a Redis sidecar: TLS both ways, every answer within a time, no second connection by itself. */
import { checkServerIdentity } from 'node:tls';
import { Redis } from 'ioredis';
import { type PoolerTls, poolerServerName } from '../pgbouncer/files.ts';
import { redisFolder, redisOperator, redisTlsPort } from './files.ts';
import { type RedisReading, readingOf } from './reading.ts';

export interface RedisConsole {
  /** @throws when there is no answer in time, or it is not understood */
  readonly read: () => Promise<RedisReading>;
  /**
   * Set `maxmemory` and read it back. What a shrink is to free goes by and by, and the process keeps the memory.
   *
   * @param bytes at least 1: Redis takes 0 for unlimited
   * @throws when it reads back anything else
   */
  readonly setMaxMemory: (bytes: number) => Promise<void>;
  /**
   * Have its files read again: new passwords, new certificates. No connection whose account stays is cut.
   *
   * @throws when Redis does not take them
   */
  readonly renew: () => Promise<void>;
  readonly close: () => void;
}

export interface RedisConsoleOptions {
  /** The pod's address. */
  readonly host: string;
  readonly port?: number;
  readonly tls: PoolerTls;
  /** `RedisPasswords.operator`. */
  readonly password: string;
  /** For the connection as a whole, and for each answer. */
  readonly timeoutMs: number;
}

/** @throws when there is none at the address in time, or it is not the one that the authority vouches for */
export async function openRedisConsole(options: RedisConsoleOptions): Promise<RedisConsole> {
  const { host, port = redisTlsPort, tls, password, timeoutMs } = options;
  const redis = new Redis({
    host,
    port,
    username: redisOperator,
    password,
    tls: {
      ca: tls.authority,
      cert: tls.certificate,
      key: tls.key,
      minVersion: 'TLSv1.2',
      checkServerIdentity: (_, certificate) => checkServerIdentity(poolerServerName, certificate),
    },
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    retryStrategy: null,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  let failure: unknown;
  redis.on('error', (error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    redis.disconnect();
    throw failure ?? cause;
  }
  return {
    read: async () => readingOf(await redis.info('memory', 'stats')),
    setMaxMemory: async (bytes) => {
      if (!Number.isSafeInteger(bytes) || bytes < 1) {
        throw new Error(`maxmemory ${bytes} is no number of bytes of at least 1`);
      }
      await redis.config('SET', 'maxmemory', bytes);
      const [, shown] = (await redis.config('GET', 'maxmemory')) as readonly string[];
      if (Number(shown) !== bytes) throw new Error(`maxmemory was set to ${bytes} and is ${shown}`);
    },
    renew: async () => {
      const file = (name: string) => `${redisFolder}/${name}`;
      const names = ['tls-cert-file', file('tls.crt'), 'tls-key-file', file('tls.key')];
      await redis.call('CONFIG', 'SET', ...names, 'tls-ca-cert-file', file('ca.crt'));
      await redis.acl('LOAD');
    },
    close: () => redis.disconnect(),
  };
}
