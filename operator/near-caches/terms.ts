/** What a profile and its target say of the memory of its Redis sidecars. */
import { z } from 'zod';
import { sidecars } from '../api/sidecars.ts';
import { surgeAt } from '../budgets/surge.ts';
import type { Client } from '../kubernetes/client.ts';
import type { TargetRef } from '../kubernetes/discovery.ts';
import type { StoredProfile } from '../kubernetes/profiles.ts';
import type { Target, Targets } from '../kubernetes/target.ts';
import { readWorkload } from '../kubernetes/workload.ts';
import { bootMemory, type MemoryTerms } from '../redis/sizing.ts';

/** Also of a profile that is invalid otherwise: its pods are there all the same. */
const cached = z.object({
  spec: z.object({
    sidecars: z.unknown().pipe(sidecars),
    maxReplicas: z.int().min(1),
    scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
  }),
});

export interface CacheTerms extends MemoryTerms {
  readonly maxReplicas: number;
  readonly scaleTargetRef: TargetRef;
}

/** By the object that was read, which stays the same until its spec changes. */
const known = new WeakMap<object, CacheTerms | undefined>();

/** @returns undefined for a profile without Redis sidecars */
export function termsOf({ object }: Pick<StoredProfile, 'object'>): CacheTerms | undefined {
  if (!known.has(object)) known.set(object, read(object));
  return known.get(object);
}

function read(object: object): CacheTerms | undefined {
  const parsed = cached.safeParse(object);
  if (!parsed.success || !parsed.data.spec.sidecars.redis) return undefined;
  const { maxReplicas, scaleTargetRef } = parsed.data.spec;
  const { memoryBudget, maxMemory } = parsed.data.spec.sidecars.redis;
  return { maxReplicas, scaleTargetRef, memoryBudget, maxMemory };
}

export interface TermsReader {
  readonly client: Client;
  readonly targets: Pick<Targets, 'get'>;
}

export interface CacheRoom {
  readonly target: Target;
  /** What each sidecar boots with, bytes. */
  readonly boot: number;
  /** Pods that there are to be, with those that a rollout may add. */
  readonly expected: number;
}

/**
 * @param wanted replicas that are about to be asked for
 * @returns undefined without a target
 * @throws ApiError when the API server refuses; Error when the budget is too small for so many pods
 */
export async function roomOf(
  { client, targets }: TermsReader,
  namespace: string,
  terms: CacheTerms,
  wanted: number,
): Promise<CacheRoom | undefined> {
  const found = await targets.get(terms.scaleTargetRef, namespace);
  const workload = found.ok ? await readWorkload(client, found.target) : undefined;
  if (!found.ok || !workload) return undefined;
  const { maxSurge } = workload;
  const replicas = Math.max(workload.replicas, wanted);
  const most = Math.max(replicas, terms.maxReplicas);
  return {
    target: found.target,
    boot: bootMemory(terms, most + surgeAt(maxSurge, most)),
    expected: replicas + surgeAt(maxSurge, replicas),
  };
}
