/** The Secrets of an environment that has none yet, filled with random values; docs/names.md lists them. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { V1Secret } from '@kubernetes/client-node';
import { objects, read } from '../kubernetes.ts';

const namespace = 'lms';

type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Create the Secrets of the LMS, its data stores and the operator's access to them where there are none.
 *
 * @returns whether any were created
 * @throws when only some of those exist that belong together: passwords in use cannot be guessed
 */
export async function ensureSecrets(): Promise<boolean> {
  const made = [
    await ensureAll(lmsSecrets()),
    await ensureAll({ 'lms-database': { url: await databaseUrl() } }),
    await ensureAll(operatorSecrets()),
  ];
  return made.includes(true);
}

async function ensureAll(secrets: Secrets): Promise<boolean> {
  const wanted = Object.entries(secrets);
  const found = await Promise.all(wanted.map(([name]) => read('v1', 'Secret', namespace, name)));
  const missing = wanted.filter((_, index) => !found[index]);
  if (missing.length === 0) return false;
  if (missing.length < wanted.length) {
    const names = missing.map(([name]) => name).join(', ');
    throw new Error(`namespace ${namespace} has some Secrets but lacks ${names}: restore them, or
delete ${wanted.map(([name]) => name).join(', ')} so that all are made anew`);
  }
  for (const [name, stringData] of wanted) {
    await objects.create<V1Secret>({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      stringData,
    });
  }
  return true;
}

function lmsSecrets(): Secrets {
  const [superuser, owner, app, cache, state] = [
    password(),
    password(),
    password(),
    password(),
    password(),
  ];
  const signingKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return {
    postgres: { 'superuser-password': superuser, 'owner-password': owner, 'app-password': app },
    'lms-migrate': { 'database-url': `postgresql://lms_owner:${owner}@postgres:5432/lms` },
    'redis-cache': { 'users.acl': accessList(cache) },
    'redis-state': { 'users.acl': accessList(state) },
    lms: {
      'redis-cache-url': `redis://lms:${cache}@redis-cache:6379`,
      'redis-state-url': `redis://lms:${state}@redis-state:6379`,
      'signing-key': signingKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'cursor-key': randomBytes(32).toString('base64'),
    },
  };
}

/** Of the application's role, in a Secret that holds nothing else: the operator reads it. */
async function databaseUrl(): Promise<string> {
  const postgres = await read<V1Secret>('v1', 'Secret', namespace, 'postgres');
  const encoded = postgres?.data?.['app-password'] ?? '';
  const secret = Buffer.from(encoded, 'base64').toString();
  return `postgresql://lms:${secret}@postgres:5432/lms`;
}

/** PostgreSQL takes the password at its start; the operator connects from another namespace. */
function operatorSecrets(): Secrets {
  const secret = password();
  const url = `postgresql://lms_operator:${secret}@postgres.${namespace}.svc:5432/lms`;
  return { 'operator-database': { url, password: secret } };
}

/** 192 random bits, in characters that need no escaping in a URL. */
function password(): string {
  return randomBytes(24).toString('base64url');
}

/** One user, without the commands that administer, read every key or empty the store. */
function accessList(secret: string): string {
  const hash = createHash('sha256').update(secret).digest('hex');
  return `user default off\nuser lms on #${hash} ~* &* +@all -@admin -@dangerous +info\n`;
}
