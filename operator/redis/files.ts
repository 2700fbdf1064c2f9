/** The files of a Redis sidecar: what it boots with, and who may do what. */
import { createHash, randomBytes } from 'node:crypto';
import { consoleUser, type PoolerTls } from '../pgbouncer/files.ts';

/** The application's port, for its own pod. */
export const redisPort = 6379;
/** The operator's port: TLS, with a certificate of the sidecars' authority. */
export const redisTlsPort = 6380;
/** Where the files are mounted. */
export const redisFolder = '/etc/bellwether-redis';
/** The account of the operator. */
export const redisOperator = consoleUser;

/** Passwords in the clear, which the Secret keeps beside the files. */
export interface RedisPasswords {
  readonly application: string;
  readonly operator: string;
}

const passwordKeys = { application: 'application-password', operator: 'operator-password' };

/** What the pod gets to see: the passwords stay in the Secret. */
export const redisFileNames = ['redis.conf', 'users.acl', 'ca.crt', 'tls.crt', 'tls.key'] as const;

/** The passwords of a stored Secret; each that it lacks is made. */
export function passwordsOf(stored: Readonly<Record<string, string>> | undefined): RedisPasswords {
  const keep = (key: string) => stored?.[key] || randomBytes(24).toString('base64url');
  return {
    application: keep(passwordKeys.application),
    operator: keep(passwordKeys.operator),
  };
}

/** The operator's password in a stored Secret. */
export function operatorPasswordOf(
  stored: Readonly<Record<string, string>> | undefined,
): string | undefined {
  return stored?.[passwordKeys.operator] || undefined;
}

/** What the application uses, in its own pod. */
export function nearCacheUrl({ application }: RedisPasswords): string {
  return `redis://default:${application}@127.0.0.1:${redisPort}`;
}

export interface RedisFilesOptions {
  /** `maxmemory` at which each run of the container begins, bytes; never 0, which would be without limit. */
  readonly boot: number;
  readonly policy: string;
  readonly passwords: RedisPasswords;
  readonly tls: PoolerTls;
}

/**
 * The content of the Secret.
 *
 * Redis binds both ports to the same addresses, so the pod network reaches the application's as well: there is no
 * account without a password, and the one that may change settings is told its password over TLS alone.
 */
export function redisFiles(options: RedisFilesOptions): Readonly<Record<string, string>> {
  const { boot, policy, passwords, tls } = options;
  if (!Number.isSafeInteger(boot) || boot < 1) {
    throw new Error(`boot: ${boot} is no number of bytes of at least 1 (0 would be without limit)`);
  }
  return {
    'redis.conf': settings(boot, policy),
    'users.acl': accounts(passwords),
    'ca.crt': tls.authority,
    'tls.crt': tls.certificate,
    'tls.key': tls.key,
    [passwordKeys.application]: passwords.application,
    [passwordKeys.operator]: passwords.operator,
  };
}

function settings(boot: number, policy: string): string {
  return `bind * -::*
port ${redisPort}
tls-port ${redisTlsPort}
tls-auth-clients yes
tls-ca-cert-file ${redisFolder}/ca.crt
tls-cert-file ${redisFolder}/tls.crt
tls-key-file ${redisFolder}/tls.key
aclfile ${redisFolder}/users.acl
# One budget over all pods: set anew by the operator, and begins at what always fits.
maxmemory ${boot}
maxmemory-policy ${policy}
lazyfree-lazy-eviction yes
save ""
appendonly no
`;
}

/** The application without what administers, reads every key or empties the store; the operator without any key. */
function accounts({ application, operator }: RedisPasswords): string {
  const hash = (password: string) => createHash('sha256').update(password).digest('hex');
  return `user default on #${hash(application)} ~* &* +@all -@admin -@dangerous +info
user ${redisOperator} on #${hash(operator)} -@all +ping +info +config|get +config|set +acl|load
`;
}
