/** A jump of every metric at once, and when the API server saw each target's scale written. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Api } from './api.ts';
import { replicasAtFirst, targetsWatch } from './population.ts';

const event = z.object({
  type: z.string(),
  object: z.object({
    metadata: z.object({ name: z.string() }),
    spec: z.object({ replicas: z.number() }),
  }),
});

/**
 * @param jump makes every metric jump
 * @returns seconds from the jump to the first write of each target, ascending; those not written in time are left out
 */
export async function timeWrites(
  api: Api,
  targets: number,
  jump: () => void,
  timeoutSeconds: number,
): Promise<readonly number[]> {
  const watching = new AbortController();
  const seen = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  let startedMs = Number.POSITIVE_INFINITY;
  const watched = (async () => {
    for await (const line of api.watch(targetsWatch, watching.signal)) {
      const { metadata, spec } = event.parse(line).object;
      if (spec.replicas === replicasAtFirst || seen.has(metadata.name)) continue;
      seen.set(metadata.name, (performance.now() - startedMs) / 1000);
      if (seen.size === targets) all.resolve();
    }
  })();
  // The watch begins with every target as it is: let that pass first.
  await sleep(3000);
  startedMs = performance.now();
  jump();
  await Promise.race([all.promise, sleep(timeoutSeconds * 1000), watched]);
  watching.abort();
  await watched.catch(() => undefined);
  return [...seen.values()].toSorted((a, b) => a - b);
}
