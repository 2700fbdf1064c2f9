/** `bellwether simulate`: profiles and comparators over one trace, as a table, JSON and an HTML report. */
import { writeFile } from 'node:fs/promises';
import { parseProfile, type ScaleProfile } from '../api/profile.ts';
import { comparatorNamed } from './comparators.ts';
import { type FleetModel, type Policy, runFleet } from './fluid.ts';
import { generate } from './generate.ts';
import { parseOptions, type SimulateOptions, usage } from './options.ts';
import { type Outcome, Tally } from './outcome.ts';
import { prepare } from './prepare.ts';
import { profilePolicy, tracedMetric } from './profile-policy.ts';
import { readTrace } from './read-trace.ts';
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
  const outcomes: Record<string, Outcome> = {};
  for (const contender of contendersOf(profiles, trace, options)) {
    outcomes[contender.name] = run(trace, contender);
  }
  if (options.jsonFile !== undefined) {
    const summary = { trace: describe(trace), policies: outcomes };
    await writeFile(options.jsonFile, `${JSON.stringify(summary, undefined, 2)}\n`);
  }
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
    return {
      name,
      model,
      policy: profilePolicy(trace, profile.spec, model.startupSeconds, () => {}),
    };
  });
  const shared = ours[0]?.model;
  const theirs = options.compare.flatMap((name) => {
    const comparator = comparatorNamed(name);
    if (!shared || !comparator) return [];
    // None of them scales from zero.
    const model = { ...shared, minReplicas: Math.max(1, shared.minReplicas) };
    return { name, model, policy: comparator(trace, model) };
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

function run(trace: Trace, { name, policy, model }: Contender): Outcome {
  const tally = new Tally(trace, model);
  const startedMs = performance.now();
  runFleet(trace, model, policy, tally);
  const seconds = (performance.now() - startedMs) / 1000;
  process.stderr.write(`${name}: ${trace.loads.length} s in ${seconds.toFixed(1)} s\n`);
  return tally.outcome();
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
