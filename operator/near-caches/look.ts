/** The Redis sidecars of a profile as the API server tells them. */
import { listRunningPods } from '../kubernetes/running-pods.ts';
import type { RedisFleet } from '../redis/memory-budget.ts';
import { redisContainer } from '../sidecars/names.ts';
import { type CacheTerms, roomOf, type TermsReader } from './terms.ts';

/**
 * @param wanted replicas that are about to be asked for
 * @returns undefined without a target
 * @throws when anything is not known for sure
 */
export async function lookAt(
  reader: TermsReader,
  namespace: string,
  terms: CacheTerms,
  wanted: number,
): Promise<RedisFleet | undefined> {
  const room = await roomOf(reader, namespace, terms, wanted);
  if (!room || room.target.selector === '') return undefined;
  const listed = await listRunningPods(reader.client, namespace, room.target.selector);
  const pods = listed.flatMap(({ uid, name, address, isTerminating, sidecars }) => {
    const run = sidecars.get(redisContainer);
    return run ? [{ uid, name, address, isTerminating, ...run }] : [];
  });
  const { memoryBudget, maxMemory } = terms;
  const { boot, expected } = room;
  return { memoryBudget, maxMemory, boot, expected, pods };
}
