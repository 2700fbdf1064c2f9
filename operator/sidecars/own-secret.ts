/** A Secret of a profile: written when its content changed, never over one of somebody else. */
import type { Key } from '../kubernetes/collection.ts';
import type { Owner, SecretData, Secrets, StoredSecret } from '../kubernetes/secrets.ts';
import { sidecarManager } from './names.ts';
import { Unready } from './unready.ts';

export interface SecretWriter {
  readonly secrets: Secrets;
  readonly isLeading: () => boolean;
}

/**
 * Read a Secret of the profile.
 *
 * @returns undefined if there is none
 * @throws Unready if it is not the profile's
 */
export async function readOwn(
  { secrets }: SecretWriter,
  key: Key,
  owner: Owner,
): Promise<StoredSecret | undefined> {
  const found = await secrets.get(key);
  if (!found || found.owners.includes(owner.uid)) return found;
  const message = `Secret ${key.name} is not of this ${owner.kind}: rename or delete it`;
  throw new Unready('NameConflict', message);
}

/** @returns whether it was written */
export async function writeOwn(
  { secrets, isLeading }: SecretWriter,
  key: Key,
  owner: Owner,
  { found, data }: { readonly found: StoredSecret | undefined; readonly data: SecretData },
): Promise<boolean> {
  if (found && isSame(found.data, data)) return false;
  if (!isLeading()) throw new Error(`the lease was lost before Secret ${key.name} was written`);
  await secrets.apply(key, data, owner, sidecarManager);
  return true;
}

function isSame(one: SecretData, other: SecretData): boolean {
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return names.length === others.length && names.every((name) => one[name] === other[name]);
}
