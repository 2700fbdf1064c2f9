/** The sidecars that a profile asks for, with all that is read for them: budget, credentials, authority, the files so far. */
import { createBudgetStore } from '../kubernetes/budgets.ts';
import { ApiError, type Client } from '../kubernetes/client.ts';
import type { Key } from '../kubernetes/collection.ts';
import type { Owner, StoredSecret } from '../kubernetes/secrets.ts';
import { messageOf } from '../message.ts';
import { emptyLedger } from '../pooling/ledger.ts';
import type { StoredBudget } from '../pooling/rebalance.ts';
import { poolerTls } from './authority.ts';
import { floorToWrite } from './floor.ts';
import type { AuthorityKeeper } from './keeper.ts';
import { poolerSecretName } from './names.ts';
import { readOwn, type SecretWriter } from './own-secret.ts';
import { floorOf, pgbouncerSidecar } from './pgbouncer.ts';
import type { Sidecar, SidecarSpec } from './sidecar.ts';
import { Unready } from './unready.ts';

export interface SidecarWorld extends SecretWriter {
  readonly client: Client;
  readonly keeper: AuthorityKeeper;
  readonly images: { readonly pgbouncer: string };
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
  { pgbouncer }: SidecarSpec,
): Promise<readonly Sidecar[]> {
  return pgbouncer ? [await wantedPgbouncer(world, asker, pgbouncer)] : [];
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
    world.keeper.refresh().catch((cause) => {
      throw new Unready('AuthorityUnusable', messageOf(cause));
    }),
    readOwn(world, secret, owner),
  ]);
  const floor = floorToWrite({
    profile,
    wanted: wanted.floor,
    written: found && floorOf(found.data),
    budget,
    ledger: budget.status.ledger ?? emptyLedger,
  });
  if (floor === undefined) {
    const budgetName = wanted.budgetRef.name;
    const message = `ConnectionBudget ${budgetName} does not keep ${wanted.floor} connections a pod free yet`;
    throw new Unready('WaitingForBudget', message);
  }
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
