/** The sidecars that a profile asks for, with all that is read for them: budget, credentials, authority, the files so far. */
import type { ProfileSpec } from '../api/profile.ts';
import { createBudgetStore } from '../kubernetes/budgets.ts';
import { ApiError, type Client } from '../kubernetes/client.ts';
import type { Key } from '../kubernetes/collection.ts';
import type { Owner, StoredSecret } from '../kubernetes/secrets.ts';
import { messageOf } from '../message.ts';
import { type CacheTerms, roomOf, type TermsReader } from '../near-caches/terms.ts';
import { emptyLedger } from '../pooling/ledger.ts';
import type { StoredBudget } from '../pooling/rebalance.ts';
import { passwordsOf } from '../redis/files.ts';
import { type Authority, poolerTls } from './authority.ts';
import type { BootFloors } from './boot-floors.ts';
import { floorToWrite } from './floor.ts';
import type { AuthorityKeeper } from './keeper.ts';
import { poolerSecretName, redisSecretName } from './names.ts';
import { readOwn, type SecretWriter } from './own-secret.ts';
import { floorOf, pgbouncerSidecar } from './pgbouncer.ts';
import { redisSidecar } from './redis.ts';
import type { Sidecar, SidecarSpec } from './sidecar.ts';
import { Unready } from './unready.ts';

export interface SidecarWorld extends SecretWriter, TermsReader {
  readonly keeper: AuthorityKeeper;
  readonly bootFloors: Pick<BootFloors, 'note'>;
  readonly images: { readonly pgbouncer: string; readonly redis: string };
  readonly wallMs: () => number;
}

export interface Asker {
  readonly key: Key;
  readonly owner: Owner;
}

/** @throws Unready when something is missing for one of them; ApiError when the API server refuses */
export async function wantedSidecars(
  world: SidecarWorld,
  asker: Asker,
  spec: ProfileSpec,
): Promise<readonly Sidecar[]> {
  const { pgbouncer, redis } = spec.sidecars ?? {};
  return [
    ...(pgbouncer ? [await wantedPgbouncer(world, asker, pgbouncer)] : []),
    ...(redis ? [await wantedRedis(world, asker, { ...spec, ...redis })] : []),
  ];
}

async function wantedRedis(
  world: SidecarWorld,
  { key: { namespace, name: profile }, owner }: Asker,
  wanted: CacheTerms & NonNullable<SidecarSpec['redis']>,
): Promise<Sidecar> {
  const { policy, resources, maxMemory } = wanted;
  try {
    const [authority, found, room] = await Promise.all([
      refreshed(world.keeper),
      readOwn(world, { namespace, name: redisSecretName(profile) }, owner),
      roomOf(world, namespace, wanted, 0),
    ]);
    if (!room) throw new Unready('TargetNotFound', `there is no ${wanted.scaleTargetRef.name}`);
    return redisSidecar({
      ...{ profile, policy, resources, maxMemory, image: world.images.redis },
      boot: room.boot,
      passwords: passwordsOf(found?.data),
      tls: poolerTls(authority, heldBy(found), world.wallMs()),
    });
  } catch (cause) {
    if (cause instanceof Unready || cause instanceof ApiError) throw cause;
    throw new Unready('MemoryUnusable', messageOf(cause));
  }
}

function refreshed(keeper: AuthorityKeeper): Promise<Authority> {
  return keeper.refresh().catch((cause) => {
    throw new Unready('AuthorityUnusable', messageOf(cause));
  });
}

async function wantedPgbouncer(
  world: SidecarWorld,
  { key, owner }: Asker,
  wanted: NonNullable<SidecarSpec['pgbouncer']>,
): Promise<Sidecar> {
  const { namespace, name: profile } = key;
  const secret = { namespace, name: poolerSecretName(profile) };
  const [budget, databaseUrl, authority, found] = await Promise.all([
    readBudget(world.client, { namespace, name: wanted.budgetRef.name }),
    readCredentials(world, namespace, wanted.credentialsSecretRef),
    refreshed(world.keeper),
    readOwn(world, secret, owner),
  ]);
  const written = found && floorOf(found.data);
  if (written !== undefined) world.bootFloors.note(key, written);
  const floor = floorToWrite({
    profile,
    wanted: wanted.floor,
    written,
    budget,
    ledger: budget.status.ledger ?? emptyLedger,
  });
  if (floor === undefined) {
    const budgetName = wanted.budgetRef.name;
    const message = `ConnectionBudget ${budgetName} does not keep ${wanted.floor} connections a pod free yet`;
    throw new Unready('WaitingForBudget', message);
  }
  world.bootFloors.note(key, floor);
  const tls = poolerTls(authority, heldBy(found), world.wallMs());
  const image = world.images.pgbouncer;
  try {
    const { resources } = wanted;
    return pgbouncerSidecar({ profile, image, resources, databaseUrl, floor, tls });
  } catch (cause) {
    const message = `Secret ${wanted.credentialsSecretRef.name}: ${messageOf(cause)}`;
    throw new Unready('CredentialsUnusable', message);
  }
}

async function readBudget(client: Client, key: Key): Promise<StoredBudget> {
  try {
    return await createBudgetStore(client, key).read();
  } catch (cause) {
    if (cause instanceof ApiError && cause.code !== 404) throw cause;
    const missing = `there is no ConnectionBudget ${key.name}`;
    const message = cause instanceof ApiError ? missing : messageOf(cause);
    throw new Unready('BudgetUnusable', message);
  }
}

async function readCredentials(
  { secrets }: SecretWriter,
  namespace: string,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<string> {
  const found = await secrets.get({ namespace, name });
  if (!found) throw new Unready('CredentialsUnusable', `there is no Secret ${name}`);
  const url = found.data[key];
  if (url === undefined) throw new Unready('CredentialsUnusable', `Secret ${name} has no ${key}`);
  return url.trim();
}

function heldBy(found: StoredSecret | undefined) {
  const { 'tls.crt': certificate, 'tls.key': key } = found?.data ?? {};
  return certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
}
