/** One term of leadership: the loop over all profiles, rung by list and watch, from the first pass to the last. */
import type { Client } from './kubernetes/client.ts';
import { type Profiles, profilesPath } from './kubernetes/profiles.ts';
import { ring } from './kubernetes/watch.ts';
import { createLoop, type Key, type Next } from './loop.ts';
import { type Known, recall } from './recall.ts';
import { reconcile, type World } from './reconcile.ts';
import type { Timing } from './timing.ts';

export interface TermOptions {
  readonly world: World;
  readonly client: Client;
  readonly profiles: Profiles;
  readonly timing: Timing;
  /** undefined: all namespaces. */
  readonly watchNamespace: string | undefined;
}

const relistSeconds = 15;
const passesAtOnce = 16;

/**
 * Follow every profile until `signal` aborts. What is remembered starts from the profiles' status, since another
 * operator may have led before.
 *
 * @returns when the passes in flight are over and their memory is written
 */
export async function lead(options: TermOptions, signal: AbortSignal): Promise<void> {
  const { world, client, timing, watchNamespace } = options;
  const { log, metrics, reporter } = world;
  const knowns = new Map<string, Known>();
  const loop = createLoop({
    pass: (key) => timed(options, () => passOnce(options, knowns, key)),
    concurrency: passesAtOnce,
    timing,
    onStart: (lagSeconds) => metrics.passLagSeconds.observe(lagSeconds),
    onFailure: (profile, error, delayMs) =>
      log.warn({ profile, error, retryInMs: Math.round(delayMs) }, 'pass failed'),
  });
  const doorbell = {
    onList: loop.sync,
    onChange: loop.ring,
    onDelete: loop.forget,
    onTrouble: (error: unknown) => log.warn({ error }, 'watch failed'),
  };
  const path = profilesPath(watchNamespace);
  log.info({}, 'leading');
  await ring(client, doorbell, { ...timing, path, relistSeconds, signal });
  await loop.stop();
  await Promise.all([...knowns.values()].map(reporter.flush));
  metrics.currentReplicas.reset();
  metrics.desiredReplicas.reset();
  log.info({}, 'no longer leading');
}

async function passOnce(
  { world, profiles }: TermOptions,
  knowns: Map<string, Known>,
  key: Key,
): Promise<Next> {
  const id = `${key.namespace}/${key.name}`;
  const stored = await profiles.get(key);
  if (!stored) {
    knowns.delete(id);
    const labels = { namespace: key.namespace, profile: key.name };
    world.metrics.currentReplicas.remove(labels);
    world.metrics.desiredReplicas.remove(labels);
    return 'never';
  }
  const before = knowns.get(id);
  const known = before?.uid === stored.uid ? before : recall(stored, world.wallMs());
  knowns.set(id, known);
  return reconcile(world, stored, known);
}

async function timed({ world, timing }: TermOptions, pass: () => Promise<Next>): Promise<Next> {
  const startedMs = timing.monotonicMs();
  let outcome = 'failed';
  try {
    const next = await pass();
    outcome = 'done';
    return next;
  } finally {
    const seconds = (timing.monotonicMs() - startedMs) / 1000;
    world.metrics.passSeconds.observe({ outcome }, seconds);
  }
}
