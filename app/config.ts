/** Settings from the environment: read once, checked together, every fault reported at once. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().min(1);
const url = (...protocols: readonly string[]) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
    error: `expected a URL with ${protocols.join(' or ')}`,
  });
const database = url('postgresql:', 'postgres:');
const redis = url('redis:', 'rediss:');

const secretSettings = [
  'DATABASE_URL',
  'READ_DATABASE_URL',
  'REDIS_CACHE_URL',
  'REDIS_NEAR_CACHE_URL',
  'REDIS_STATE_URL',
  'SIGNING_KEY',
  'CURSOR_KEY',
] as const;

const settings = z.object({
  DATABASE_URL: database,
  READ_DATABASE_URL: database.optional(),
  REDIS_CACHE_URL: redis,
  REDIS_NEAR_CACHE_URL: redis.optional(),
  REDIS_STATE_URL: redis,
  SIGNING_KEY: z.string().transform(toSigningKey),
  CURSOR_KEY: z.base64().transform(toCursorKey),
  PORT: port.default(8080),
  METRICS_PORT: port.default(9464),
  PUBLIC_URL: url('http:', 'https:').default('http://localhost:8080'),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).default(0),
  CORS_ORIGINS: z.string().default('').transform(toOrigins),
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: count.default(100),
  RATE_LIMIT_USER_PER_MINUTE: count.default(1000),
  RATE_LIMIT_LOGIN_PER_MINUTE: count.default(10),
  DATABASE_POOL_SIZE: count.default(5),
  READ_DATABASE_POOL_SIZE: count.default(5),
  GRADING_MAX_PER_SECOND: z.coerce.number().positive().default(4),
  EXPECTED_LEAD_MINUTES: z.coerce.number().positive().max(1440).default(10),
  DRAIN_SECONDS: z.coerce.number().min(0).default(5),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  readonly databaseUrl: string;
  readonly redisCacheUrl: string;
  /** Of the Redis beside this process, if there is one. */
  readonly redisNearCacheUrl: string | undefined;
  readonly redisStateUrl: string;
  readonly signingKey: KeyObject;
  readonly cursorKey: Uint8Array;
  readonly port: number;
  readonly metricsPort: number;
  readonly publicUrl: string;
  readonly trustProxyHops: number;
  readonly corsOrigins: readonly string[];
  readonly limitsPerMinute: Limits;
  readonly databasePoolSize: number;
  readonly readReplica: { readonly url: string; readonly poolSize: number } | undefined;
  readonly gradingMaxPerSecond: number;
  readonly expectedLeadMinutes: number;
  readonly drainSeconds: number;
  readonly logLevel: string;
}

/** Requests allowed a minute: per anonymous address, per user, and sign-ins per account. */
interface Limits {
  readonly anonymous: number;
  readonly user: number;
  readonly login: number;
}

/**
 * The program's settings. A secret `X` comes from the file that `X_FILE` names, or else from `X`.
 *
 * @throws Error listing every faulty setting and its rule, never its value
 */
export function readConfig(environment: Environment): Config {
  const faults: string[] = [];
  const read = { ...withoutEmpty(environment), ...secretsOf(environment, faults) };
  const result = settings.safeParse(read);
  if (!result.success) faults.push(...result.error.issues.map(faultOf));
  if (!result.success || faults.length > 0) {
    throw new Error(`faulty settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
  return toConfig(result.data);
}

function toConfig(read: z.output<typeof settings>): Config {
  return {
    databaseUrl: read.DATABASE_URL,
    redisCacheUrl: read.REDIS_CACHE_URL,
    redisNearCacheUrl: read.REDIS_NEAR_CACHE_URL,
    redisStateUrl: read.REDIS_STATE_URL,
    signingKey: read.SIGNING_KEY,
    cursorKey: read.CURSOR_KEY,
    port: read.PORT,
    metricsPort: read.METRICS_PORT,
    publicUrl: read.PUBLIC_URL.replace(/\/$/, ''),
    trustProxyHops: read.TRUST_PROXY_HOPS,
    corsOrigins: read.CORS_ORIGINS,
    limitsPerMinute: {
      anonymous: read.RATE_LIMIT_ANONYMOUS_PER_MINUTE,
      user: read.RATE_LIMIT_USER_PER_MINUTE,
      login: read.RATE_LIMIT_LOGIN_PER_MINUTE,
    },
    databasePoolSize: read.DATABASE_POOL_SIZE,
    readReplica: read.READ_DATABASE_URL
      ? { url: read.READ_DATABASE_URL, poolSize: read.READ_DATABASE_POOL_SIZE }
      : undefined,
    gradingMaxPerSecond: read.GRADING_MAX_PER_SECOND,
    expectedLeadMinutes: read.EXPECTED_LEAD_MINUTES,
    drainSeconds: read.DRAIN_SECONDS,
    logLevel: read.LOG_LEVEL,
  };
}

function faultOf(issue: z.core.$ZodIssue): string {
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return `${issue.path.join('.')}: ${missing ? 'is not set' : issue.message}`;
}

/** An empty variable counts as not set: that is how manifests leave one out. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function secretsOf(environment: Environment, faults: string[]): Environment {
  const secrets: Record<string, string> = {};
  for (const name of secretSettings) {
    const path = environment[`${name}_FILE`];
    if (!path) continue;
    try {
      secrets[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      faults.push(`${name}_FILE: cannot read the file: ${(error as NodeJS.ErrnoException).code}`);
    }
  }
  return secrets;
}

function toSigningKey(pem: string, context: z.RefinementCtx): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // Reported below; the parser's message could quote the key.
  }
  context.addIssue({ code: 'custom', message: 'expected a P-256 private key as PKCS#8 PEM' });
  return z.NEVER;
}

function toCursorKey(text: string, context: z.RefinementCtx): Uint8Array {
  const key = Buffer.from(text, 'base64');
  if (key.length >= 32) return key;
  context.addIssue({ code: 'custom', message: `expected 32 bytes or more, got ${key.length}` });
  return z.NEVER;
}

function toOrigins(text: string, context: z.RefinementCtx): readonly string[] {
  const origins = text.split(',').flatMap((part) => part.trim() || []);
  for (const origin of origins) {
    if (URL.parse(origin)?.origin !== origin) {
      context.addIssue({ code: 'custom', message: `"${origin}" is not an exact origin` });
    }
  }
  return origins;
}
