/** Who runs: profiles by the engine and comparators by name, each with pods, and if need be a queue, of its own. */
import { isAverage, type Metric } from '../api/metric.ts';
import type { ScaleProfile } from '../api/profile.ts';
import { capacityOf } from '../scaling/adaptive-signal.ts';
import type { Arena, Comparator } from './arena.ts';
import { Backlog } from './backlog.ts';
import { comparatorNamed, knowsQueues } from './comparators.ts';
import type { FleetModel, Policy } from './fluid.ts';
import type { SimulateOptions } from './options.ts';
import { QueueTally, RequestTally, type Tally } from './outcome.ts';
import { isTraceable, profilePolicy } from './profile-policy.ts';
import { Series } from './series.ts';
import type { Trace } from './trace.ts';
import { UsageError } from './usage-error.ts';

const STARTUP_SECONDS = 45;

/** A profile and the one of its metrics that the trace stands for. */
export interface Entrant {
  readonly profile: ScaleProfile;
  readonly metric: Metric;
}

export interface Contender {
  readonly name: string;
  readonly model: FleetModel;
  readonly policy: Policy;
  readonly tally: Tally;
  readonly series: Series;
  readonly backlog: Backlog | undefined;
}

/**
 * The profile and its metric of a name, or its first that a trace can stand for.
 *
 * @param file to blame
 * @throws {UsageError}
 */
export function entrantOf(profile: ScaleProfile, file: string, name?: string): Entrant {
  const { metrics } = profile.spec;
  const named = metrics.filter((metric) => name === undefined || metric.name === name);
  const metric = named.find(isTraceable);
  if (metric) return { profile, metric };
  const wanted = name === undefined ? '' : ` ${name}`;
  throw new UsageError(
    `${file}: no metric${wanted} that a trace can stand for: Prometheus with an AverageValue target, or Queue`,
  );
}

/**
 * The profiles first; the comparators run on the pods of the first profile.
 *
 * @throws {UsageError} where they cannot run together
 */
export function contendersOf(
  entrants: readonly Entrant[],
  trace: Trace,
  options: SimulateOptions,
): readonly Contender[] {
  const [first] = entrants;
  if (!first) return [];
  checkTogether(entrants, options);
  const ours = entrants.map((entrant) => {
    const name = entrants.length === 1 ? 'profile' : entrant.profile.metadata.name;
    return enter(name, arenaOf(entrant, trace, options), ({ arena, series }) => {
      const onDecision = series.onDecision.bind(series);
      return profilePolicy(arena, entrant.profile.spec, entrant.metric, onDecision);
    });
  });
  const theirs = options.compare.flatMap((name) => {
    const comparator = comparatorNamed(name);
    return comparator ? [enterComparator(name, comparator, arenaOf(first, trace, options))] : [];
  });
  return [...ours, ...theirs];
}

function checkTogether(entrants: readonly Entrant[], { compare }: SimulateOptions): void {
  const kinds = new Set(entrants.map(({ metric }) => metric.type));
  if (kinds.size > 1) {
    throw new UsageError('--profile: one trace cannot be both requests and the jobs of a queue');
  }
  const names = entrants.map(({ profile }) => profile.metadata.name);
  const twice = names.find(
    (name, index) => names.indexOf(name) !== index || compare.includes(name),
  );
  if (entrants.length > 1 && twice !== undefined) {
    throw new UsageError(`--profile: two are named ${twice}`);
  }
  const unfit = compare.find((name) => kinds.has('Queue') && !knowsQueues(name));
  if (unfit) throw new UsageError(`--compare ${unfit}: has no rule for a queue`);
}

/** None of the comparators scales from zero. */
function enterComparator(name: string, comparator: Comparator, arena: Arena): Contender {
  const model = { ...arena.model, minReplicas: Math.max(1, arena.model.minReplicas) };
  return enter(name, { ...arena, model }, (own) => comparator(own.arena));
}

function enter(
  name: string,
  arena: Arena,
  policyOf: (own: { readonly arena: Arena; readonly series: Series }) => Policy,
): Contender {
  const { trace, model, queue } = arena;
  const series = new Series(trace.loads.length, model, queue?.backlog);
  const tally = queue
    ? new QueueTally(trace, model, queue.backlog, queue.drainSeconds)
    : new RequestTally(trace, model);
  const policy = policyOf({ arena, series });
  return { name, model, policy, tally, series, backlog: queue?.backlog };
}

function arenaOf({ profile, metric }: Entrant, trace: Trace, options: SimulateOptions): Arena {
  const { minReplicas, maxReplicas, leadTimeSeconds, schedules } = profile.spec;
  const capacityPerReplica =
    metric.type === 'Queue' ? rateOf(metric, options) : podCapacityOf(metric, options);
  const startUp = options.startUp ?? { startupSeconds: leadTimeSeconds ?? STARTUP_SECONDS };
  const model = { ...startUp, capacityPerReplica, minReplicas, maxReplicas };
  const queue =
    metric.type === 'Queue'
      ? {
          backlog: new Backlog(trace.loads.length, capacityPerReplica),
          drainSeconds: metric.queue.drainSeconds,
        }
      : undefined;
  return { trace, model, queue, schedules };
}

function rateOf({ name, queue }: Metric & { type: 'Queue' }, options: SimulateOptions): number {
  if (options.capacityPerReplica !== undefined) {
    throw new UsageError(`--capacity: ${name} is a queue: give --service-rate`);
  }
  const rate = options.serviceRate ?? queue.ratePerReplica;
  if (rate !== undefined) return rate;
  throw new UsageError(`--service-rate is missing: ${name} has no ratePerReplica`);
}

function podCapacityOf(metric: Metric, options: SimulateOptions): number {
  if (options.serviceRate !== undefined) {
    throw new UsageError(`--service-rate: ${metric.name} is no queue: give --capacity`);
  }
  if (options.capacityPerReplica !== undefined) return options.capacityPerReplica;
  return isAverage(metric) ? capacityOf(metric) : 1;
}
