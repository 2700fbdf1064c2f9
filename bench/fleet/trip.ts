/** A jump of every metric at once, and when the API server saw each target's scale written. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { say } from '../../e2e/cluster/run.ts';
import type { Client } from '../../operator/kubernetes/client.ts';
import { followCollection, type Key } from '../../operator/kubernetes/collection.ts';
import { realTiming } from '../../operator/timing.ts';
import { targetsPath } from './population.ts';

const target = z.object({ spec: z.object({ replicas: z.number() }) });

/**
 * @param jump makes every metric jump
 * @returns seconds from the jump to the first write of each target, ascending; those not written in time are left out
 */
export async function timeWrites(
  client: Client,
  targets: number,
  jump: () => void,
  timeoutSeconds: number,
): Promise<readonly number[]> {
  const before = new Map<string, number>();
  const seconds = new Map<string, number>();
  const watching = Promise.withResolvers<void>();
  const over = new AbortController();
  let jumpedMs: number | undefined;

  function onObject({ name }: Key, object: unknown): void {
    const { replicas } = target.parse(object).spec;
    if (jumpedMs === undefined) before.set(name, replicas);
    else if (replicas !== before.get(name) && !seconds.has(name)) {
      seconds.set(name, (performance.now() - jumpedMs) / 1000);
      if (seconds.size === targets) over.abort();
    }
  }

  const onTrouble = (error: unknown) => say(`watch of the targets failed: ${String(error)}`);
  const follower = { onObject, onDelete: () => {}, onWatching: watching.resolve, onTrouble };
  const followed = followCollection(client, follower, {
    path: targetsPath,
    signal: over.signal,
    sleep: realTiming.sleep,
    random: realTiming.random,
  });
  await watching.promise;
  jumpedMs = performance.now();
  jump();
  await sleep(timeoutSeconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
  over.abort();
  await followed;
  const late = [...before.keys()].filter((name) => !seconds.has(name));
  if (late.length > 0) say(`not written: ${late.slice(0, 20).join(', ')}`);
  return [...seconds.values()].toSorted((a, b) => a - b);
}
