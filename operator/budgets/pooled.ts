/** What a profile asks of its connection budget, also while the rest of it is invalid: its pods are there all the same. */
import { z } from 'zod';
import { sidecars } from '../api/sidecars.ts';
import type { TargetRef } from '../kubernetes/discovery.ts';
import type { StoredProfile } from '../kubernetes/profiles.ts';

export interface Pooled {
  /** Name of the ConnectionBudget, in the profile's namespace. */
  readonly budget: string;
  readonly floor: number;
  readonly weight: number;
  /** Connections of a pod without the sidecar. */
  readonly directPool: number;
}

const pooled = z.object({ spec: z.object({ sidecars }) });
const targeting = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
  }),
});

/** By the object that was read, which stays the same until its spec changes. */
const known = new WeakMap<object, Pooled | undefined>();

/** @returns undefined for a profile without poolers */
export function pooledOf({ object }: Pick<StoredProfile, 'object'>): Pooled | undefined {
  if (known.has(object)) return known.get(object);
  const found = read(object);
  known.set(object, found);
  return found;
}

function read(object: object): Pooled | undefined {
  const parsed = pooled.safeParse(object);
  const pgbouncer = parsed.success ? parsed.data.spec.sidecars.pgbouncer : undefined;
  if (!pgbouncer) return undefined;
  const { budgetRef, floor, weight, directPool } = pgbouncer;
  return { budget: budgetRef.name, floor, weight, directPool };
}

/** What the profile scales. */
export function targetOf({ object }: Pick<StoredProfile, 'object'>): TargetRef | undefined {
  const parsed = targeting.safeParse(object);
  return parsed.success ? parsed.data.spec.scaleTargetRef : undefined;
}
