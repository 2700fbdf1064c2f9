/** `bellwether simulate`: profiles and comparators over one trace, as a table, JSON and an HTML report. */
import { writeFile } from 'node:fs/promises';
import { parseProfile } from '../api/profile.ts';
import { messageOf } from '../message.ts';
import { queryWindowSeconds } from '../scaling/strategy.ts';
import { type Contender, contendersOf, type Entrant, entrantOf } from './contenders.ts';
import { runFleet } from './fluid.ts';
import { generate } from './generate.ts';
import { parseOptions, type SimulateOptions, usage } from './options.ts';
import { prepare } from './prepare.ts';
import { Progress } from './progress.ts';
import { type DefaultQuery, isAddress, prometheusTrace } from './prometheus-trace.ts';
import { readTrace } from './read-trace.ts';
import { type Contest, htmlReport } from './report.ts';
import { outcomeTable } from './table.ts';
import type { Trace } from './trace.ts';
import { UsageError } from './usage-error.ts';

const MOST_GAPS_SAID = 10;

/** Reads a file as one YAML or JSON object; throws an Error for people where it cannot. */
export type ReadObject = (file: string) => Promise<unknown>;

/**
 * Run what the options ask for.
 *
 * @returns what to print: the outcomes as a table, or with `--help` the usage
 * @throws {UsageError} where the caller has to change something
 */
export async function simulate(args: readonly string[], readObject: ReadObject): Promise<string> {
  if (args.includes('--help')) return usage;
  const options = parseOptions(args);
  const entrants = await Promise.all(
    options.profiles.map((file) => readEntrant(file, options, readObject)),
  );
  const trace = prepare(await traceFrom(options.trace, entrants), options);
  const contests = contendersOf(entrants, trace, options).map((one) => run(trace, one));
  const outcomes = Object.fromEntries(contests.map(({ name, outcome }) => [name, outcome]));
  if (options.jsonFile !== undefined) {
    const summary = { trace: describe(trace), policies: outcomes };
    await save(options.jsonFile, `${JSON.stringify(summary, undefined, 2)}\n`);
  }
  if (options.htmlFile !== undefined) await save(options.htmlFile, htmlReport(trace, contests));
  return outcomeTable(outcomes);
}

async function save(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new UsageError(`cannot write ${file}: ${messageOf(cause)}`, { cause });
  });
}

async function readEntrant(
  file: string,
  { metric }: SimulateOptions,
  readObject: ReadObject,
): Promise<Entrant> {
  const object = await readObject(file).catch((cause: unknown) => {
    throw new UsageError(`cannot read the profile: ${messageOf(cause)}`, { cause });
  });
  const parsed = parseProfile(object);
  if (!parsed.ok) throw new UsageError(`${file}:\n  ${parsed.problems.join('\n  ')}`);
  return entrantOf(parsed.profile, file, metric);
}

async function traceFrom(source: string, entrants: readonly Entrant[]): Promise<Trace> {
  if (isAddress(source)) return traceFromPrometheus(source, entrants);
  try {
    return generate(source) ?? (await readTrace(source));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--trace ${error.message}`);
    throw error;
  }
}

async function traceFromPrometheus(source: string, [first]: readonly Entrant[]): Promise<Trace> {
  const { trace, gaps } = await prometheusTrace(source, queryOf(first), Date.now());
  for (const gap of gaps.slice(0, MOST_GAPS_SAID)) process.stderr.write(`trace: ${gap}\n`);
  const more = gaps.length - MOST_GAPS_SAID;
  if (more > 0) process.stderr.write(`trace: and ${more} more such gaps\n`);
  return trace;
}

/** What the first profile itself asks Prometheus. */
function queryOf(entrant: Entrant | undefined): DefaultQuery {
  if (!entrant) return { query: undefined, windowSeconds: 30 };
  const { metric, profile } = entrant;
  const query = metric.type === 'Prometheus' ? metric.prometheus.query : undefined;
  const arrivals = metric.type === 'Queue' ? metric.queue.arrivals : undefined;
  return { query: query ?? arrivals, windowSeconds: queryWindowSeconds(profile.spec) };
}

function run(trace: Trace, contender: Contender): Contest {
  const { name, policy, model, series, tally, backlog } = contender;
  const write = (line: string) => process.stderr.write(line);
  const nowMs = () => performance.now();
  const progress = new Progress({ name, seconds: trace.loads.length, write, nowMs });
  runFleet(trace, model, policy, {
    onSecond: (second, fleet, load) => {
      backlog?.onSecond(second, fleet, load);
      tally.onSecond(second, fleet, load);
      series.onSecond(second, fleet, load);
      progress.onSecond(second);
    },
    onOrder: (second, from, to) => tally.onOrder(second, from, to),
  });
  progress.done();
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
