/** `bellwether simulate`: profiles and comparators over one trace, as a table, JSON and an HTML report. */
import { writeFile } from 'node:fs/promises';
import { parseProfile, type ScaleProfile } from '../api/profile.ts';
import { comparatorNamed } from './comparators.ts';
import { type FleetModel, type Policy, runFleet } from './fluid.ts';
import { generate } from './generate.ts';
import { parseOptions, type SimulateOptions, usage } from './options.ts';
import { Tally } from './outcome.ts';
import { prepare } from './prepare.ts';
import { profilePolicy, tracedMetric } from './profile-policy.ts';
import { readTrace } from './read-trace.ts';
import { type Contest, htmlReport } from './report.ts';
import { Series } from './series.ts';
import { outcomeTable } from './table.ts';
import type { Trace } from './trace.ts';
import { UsageError } from './usage-error.ts';

const TARGET_SHARE = 0.7;
const STARTUP_SECONDS = 45;

/** Reads a file as one YAML or JSON object; throws an Error for people where it cannot. */
export type ReadObject = (file: string) => Promise<unknown>;

interface Contender {
  readonly name: string;
  readonly policy: Policy;
  readonly model: FleetModel;
  readonly series: Series;
}

/**
 * Run what the options ask for.
 *
 * @returns what to print: the outcomes as a table, or with `--help` the usage
 * @throws {UsageError} where the caller has to change something
 */
export async function simulate(args: readonly string[], readObject: ReadObject): Promise<string> {
  if (args.includes('--help')) return usage;
  const options = parseOptions(args);
  const profiles = await Promise.all(options.profiles.map((file) => readProfile(file, readObject)));
  const trace = prepare(await traceFrom(options.trace), options);
  const contests = contendersOf(profiles, trace, options).map((contender) => run(trace, contender));
  const outcomes = Object.fromEntries(contests.map(({ name, outcome }) => [name, outcome]));
  if (options.jsonFile !== undefined) {
    const summary = { trace: describe(trace), policies: outcomes };
    await writeFile(options.jsonFile, `${JSON.stringify(summary, undefined, 2)}\n`);
  }
  if (options.htmlFile !== undefined)
    await writeFile(options.htmlFile, htmlReport(trace, contests));
  return outcomeTable(outcomes);
}

async function readProfile(file: string, readObject: ReadObject): Promise<ScaleProfile> {
  const object = await readObject(file).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`cannot read the profile: ${why}`, { cause });
  });
  const parsed = parseProfile(object);
  if (!parsed.ok) throw new UsageError(`${file}:\n  ${parsed.problems.join('\n  ')}`);
  if (tracedMetric(parsed.profile.spec)) return parsed.profile;
  throw new UsageError(`${file}: no Prometheus metric with an AverageValue target to feed`);
}

async function traceFrom(source: string): Promise<Trace> {
  try {
    return generate(source) ?? (await readTrace(source));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--trace ${error.message}`);
    throw error;
  }
}

/** The profiles first; the comparators run on the pods of the first profile. */
function contendersOf(
  profiles: readonly ScaleProfile[],
  trace: Trace,
  options: SimulateOptions,
): readonly Contender[] {
  const ours = profiles.map((profile): Contender => {
    const name = profiles.length === 1 ? 'profile' : profile.metadata.name;
    const model = modelOf(profile, options);
    const series = new Series(trace.loads.length, model);
    const onDecision = series.onDecision.bind(series);
    const policy = profilePolicy(trace, profile.spec, model.startupSeconds, onDecision);
    return { name, model, policy, series };
  });
  const shared = ours[0]?.model;
  const theirs = options.compare.flatMap((name) => {
    const comparator = comparatorNamed(name);
    if (!shared || !comparator) return [];
    // None of them scales from zero.
    const model = { ...shared, minReplicas: Math.max(1, shared.minReplicas) };
    const series = new Series(trace.loads.length, model);
    return { name, model, policy: comparator(trace, model), series };
  });
  return [...ours, ...theirs];
}

function modelOf({ spec }: ScaleProfile, options: SimulateOptions): FleetModel {
  const metric = tracedMetric(spec);
  const averageValue = metric?.target.type === 'AverageValue' ? metric.target.averageValue : 1;
  return {
    capacityPerReplica:
      options.capacityPerReplica ?? metric?.capacityPerReplica ?? averageValue / TARGET_SHARE,
    startupSeconds: options.startupSeconds ?? spec.leadTimeSeconds ?? STARTUP_SECONDS,
    minReplicas: spec.minReplicas,
    maxReplicas: spec.maxReplicas,
  };
}

function run(trace: Trace, { name, policy, model, series }: Contender): Contest {
  const tally = new Tally(trace, model);
  const startedMs = performance.now();
  runFleet(trace, model, policy, {
    onSecond: (second, fleet, load) => {
      tally.onSecond(second, fleet, load);
      series.onSecond(second, fleet, load);
    },
    onOrder: (second, from, to) => tally.onOrder(second, from, to),
  });
  const seconds = (performance.now() - startedMs) / 1000;
  process.stderr.write(`${name}: ${trace.loads.length} s in ${seconds.toFixed(1)} s\n`);
  return { name, outcome: tally.outcome(), series };
}

function describe({ name, startMs, loads, sums }: Trace) {
  return {
    name,
    startedAt: new Date(startMs).toISOString(),
    seconds: loads.length,
    meanPerSecond: (sums.at(-1) ?? 0) / loads.length,
    maxPerSecond: loads.reduce((most, load) => Math.max(most, load), 0),
  };
}
