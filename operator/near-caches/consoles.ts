/** Consoles of Redis sidecars at the addresses of their pods, with the password of their profile's Secret. */
import type { Secrets } from '../kubernetes/secrets.ts';
import type { PoolerTls } from '../pgbouncer/files.ts';
import { openRedisConsole } from '../redis/console.ts';
import { operatorPasswordOf } from '../redis/files.ts';
import { redisSecretName } from '../sidecars/names.ts';
import type { NearCachesOptions } from './near-caches.ts';

export interface RedisConsolesOptions {
  readonly secrets: Pick<Secrets, 'get'>;
  /** Asked for at each connection, since certificates are renewed. */
  readonly tls: () => PoolerTls;
  /** For a connection, and for each answer. */
  readonly timeoutMs: number;
}

export function redisConsoles({
  secrets,
  tls,
  timeoutMs,
}: RedisConsolesOptions): NearCachesOptions['connect'] {
  return async ({ namespace, name: profile }, { address: host }) => {
    const name = redisSecretName(profile);
    const password = operatorPasswordOf((await secrets.get({ namespace, name }))?.data);
    if (password === undefined) throw new Error(`Secret ${name} has no password of the operator`);
    return openRedisConsole({ host, tls: tls(), password, timeoutMs });
  };
}
