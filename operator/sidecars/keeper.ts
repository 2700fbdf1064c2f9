/** Keep the one authority of the cluster in a Secret of the operator's namespace, and the operator's own certificate in memory. */
import type { Secrets, StoredSecret } from '../kubernetes/secrets.ts';
import type { PoolerTls } from '../pgbouncer/files.ts';
import { type Authority, advance, operatorTls } from './authority.ts';
import { isCertificate, type KeyPair } from './certificate.ts';
import { authoritySecretName } from './names.ts';

export interface AuthorityKeeper {
  /**
   * Take up the stored authority; make it where it is missing, and its successor when it is time.
   *
   * @throws ApiError when the API server refuses; Error when the Secret holds something else, which is never overwritten
   */
  readonly refresh: () => Promise<Authority>;
  /**
   * The operator's certificate for the consoles, made anew when a third of its life is left.
   *
   * @throws before the first `refresh`
   */
  readonly tls: () => PoolerTls;
}

export interface KeeperOptions {
  readonly secrets: Pick<Secrets, 'get' | 'put'>;
  /** Where the operator runs. */
  readonly namespace: string;
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
}

const mostAttempts = 3;

export function createAuthorityKeeper(options: KeeperOptions): AuthorityKeeper {
  const { secrets, namespace, isLeading, wallMs } = options;
  const key = { namespace, name: authoritySecretName };
  let known: Authority | undefined;
  let held: KeyPair | undefined;

  /** @returns undefined when somebody else wrote in between */
  async function attempt(): Promise<Authority | undefined> {
    const stored = await secrets.get(key);
    // A Secret that somebody deleted is written again, or no pooler could be spoken to until its pod is replaced.
    const before = stored ? read(stored, `${namespace}/${authoritySecretName}`) : known;
    const authority = advance(before, wallMs());
    if (stored && authority === before) return authority;
    if (!isLeading()) throw new Error('the lease was lost before the authority was written');
    const version = await secrets.put(key, write(authority), stored?.version);
    return version === undefined ? undefined : authority;
  }

  return {
    refresh: async () => {
      for (let left = mostAttempts; left > 0; left -= 1) {
        const found = await attempt();
        if (!found) continue;
        known = found;
        return found;
      }
      throw new Error(`Secret ${namespace}/${authoritySecretName} was written by others`);
    },
    tls: () => {
      if (!known) throw new Error('the authority of the sidecars is not known yet');
      const tls = operatorTls(known, held, wallMs());
      held = { certificate: tls.certificate, key: tls.key };
      return tls;
    },
  };
}

function write({ current, next, previous }: Authority): Record<string, string> {
  return {
    'ca.crt': current.certificate,
    'ca.key': current.key,
    ...(next && { 'next.crt': next.certificate, 'next.key': next.key }),
    ...(previous !== undefined && { 'previous.crt': previous }),
  };
}

function read({ data }: StoredSecret, name: string): Authority {
  const pair = (part: string): KeyPair | undefined => {
    const [certificate, key] = [data[`${part}.crt`], data[`${part}.key`]];
    return certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
  };
  const [current, next, previous] = [pair('ca'), pair('next'), data['previous.crt']];
  const help = 'restore it, or delete it and replace the pods with a pooler';
  if (!current) throw new Error(`Secret ${name} has no ca.crt with a ca.key: ${help}`);
  const authority = {
    current,
    ...(next && { next }),
    ...(previous !== undefined && { previous }),
  };
  for (const each of [current.certificate, next?.certificate, previous]) {
    if (each !== undefined && !isCertificate(each)) {
      throw new Error(`Secret ${name} holds what is no certificate: ${help}`);
    }
  }
  return authority;
}
