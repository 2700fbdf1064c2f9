/** One term of leadership: the loop over all profiles, rung by list and watch, from the first pass to the last. */
import type { Listed } from './budgets/members.ts';
import type { Client } from './kubernetes/client.ts';
import { followCollection, type Key } from './kubernetes/collection.ts';
import { type Profiles, profilesPath } from './kubernetes/profiles.ts';
import { createLoop, type Next } from './loop.ts';
import { reconcile } from './reconcile.ts';
import { createRoster, type Roster } from './roster.ts';
import type { Timing } from './timing.ts';
import type { World } from './world.ts';

export interface TermOptions {
  readonly world: World;
  readonly client: Client;
  readonly profiles: Profiles;
  readonly timing: Timing;
  /** undefined: all namespaces. */
  readonly watchNamespace: string | undefined;
}

/** A pass mostly waits for Prometheus. */
const passesAtOnce = 64;
/** First passes of a term begin this far apart on average, so that many profiles do not all come at once... */
const firstPassesEveryMs = 10;
/** ...but within this time: by then each has been looked at. */
const firstPassesWithinMs = 15_000;

/**
 * Follow every profile until `signal` aborts. What is remembered starts from the profiles' status, since another
 * operator may have led before.
 *
 * @returns when the passes in flight are over and their memory is written
 */
export async function lead(options: TermOptions, signal: AbortSignal): Promise<void> {
  const { world, client, timing, watchNamespace } = options;
  const { log, metrics, reporter } = world;
  const loop = createLoop({
    pass: (key) => timed(options, () => passOnce(options, roster, key)),
    concurrency: passesAtOnce,
    timing,
    onStart: (lagSeconds) => {
      metrics.passLagSeconds.observe(lagSeconds);
      world.pace.began(lagSeconds);
    },
    onFailure: (profile, error, delayMs) =>
      log.warn({ profile, error, retryInMs: Math.round(delayMs) }, 'pass failed'),
  });
  const { promise: listed, resolve: onListed } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => onListed(), { once: true });
  const roster = createRoster({
    wallMs: timing.wallMs,
    onFirstList: (keys) => {
      onListed();
      const spreadMs = Math.min(firstPassesWithinMs, keys.length * firstPassesEveryMs);
      for (const key of keys) loop.plan(key, timing.random() * spreadMs);
    },
    onChange: loop.ring,
    onTrouble: (error) => log.warn({ error }, 'watch failed'),
  });
  const watching = { sleep: timing.sleep, random: timing.random, signal };
  log.info({}, 'leading');
  const path = profilesPath(watchNamespace);
  await Promise.all([
    followCollection(client, roster.follower, { ...watching, path }),
    world.targets.run(watching),
    world.sidecars.run(watching),
    world.budgets.run({ profiles: (namespace) => listedOf(roster, namespace), listed, signal }),
    world.nearCaches.run({ ...watching, profiles: () => listedOf(roster, undefined) }),
  ]);
  await loop.stop();
  await reporter.flush(roster.all().map(({ known }) => known));
  metrics.currentReplicas.reset();
  metrics.desiredReplicas.reset();
  log.info({}, 'no longer leading');
}

/** The profiles of a namespace, or all, and whether an older one has their target. */
function listedOf(roster: Roster, namespace: string | undefined): readonly Listed[] {
  const within = roster
    .all()
    .filter(({ stored }) => namespace === undefined || stored.key.namespace === namespace);
  return within.map(({ stored }) => {
    return { stored, isShadowed: roster.rivalOf(stored.key)?.isOlder ?? false };
  });
}

async function passOnce({ world, profiles }: TermOptions, roster: Roster, key: Key): Promise<Next> {
  if (!roster.isCurrent()) roster.update(key, await profiles.get(key));
  const entry = roster.get(key);
  if (entry) return reconcile(world, entry.stored, entry.known, roster.rivalOf(key));
  const labels = { namespace: key.namespace, profile: key.name };
  world.metrics.currentReplicas.remove(labels);
  world.metrics.desiredReplicas.remove(labels);
  return 'never';
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
