/** Certificates for tests: those of a new authority, as the operator's own would sign them. */
import type { PoolerTls } from '../../operator/pgbouncer/files.ts';
import { advance, operatorTls, poolerTls } from '../../operator/sidecars/authority.ts';

export interface Certificates {
  readonly pooler: PoolerTls;
  readonly operator: PoolerTls;
}

/** Make a new authority with a certificate of each kind. */
export function makeCertificates(): Certificates {
  const nowMs = Date.now();
  const authority = advance(undefined, nowMs);
  return {
    pooler: poolerTls(authority, undefined, nowMs),
    operator: operatorTls(authority, undefined, nowMs),
  };
}
