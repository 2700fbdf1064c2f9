/** The options of `bellwether simulate`, checked at the door. */
import { parseArgs } from 'node:util';
import { comparatorNamed, comparatorNames } from './comparators.ts';
import { kinds } from './generate.ts';
import { type StartUp, spreadOver } from './startup.ts';
import { UsageError } from './usage-error.ts';

export interface SimulateOptions {
  readonly profiles: readonly string[];
  /** A file, a description of generated load, or the address of a Prometheus. */
  readonly trace: string;
  /** The metric of the profiles that the trace stands for; undefined: the first that can be. */
  readonly metric?: string | undefined;
  readonly scale: number;
  /** The mean to scale to, instead of `scale`. */
  readonly mean?: number | undefined;
  readonly smoothSeconds: number;
  readonly poissonSeed?: number | undefined;
  readonly capacityPerReplica?: number | undefined;
  /** Jobs a second that a ready pod works off. */
  readonly serviceRate?: number | undefined;
  readonly startUp?: StartUp | undefined;
  readonly compare: readonly string[];
  readonly jsonFile?: string | undefined;
  readonly htmlFile?: string | undefined;
}

const MOST_STARTUP_SECONDS = 86_400;

export const usageLine = 'simulate --profile FILE --trace FILE [--compare LIST] [--json FILE] ...';

export const usage = `usage: bellwether simulate --profile FILE --trace FILE [options]

Runs profiles, and comparators, over recorded or generated load: pods that serve so much a second and take a while to start.

  --profile FILE        a ScaleProfile; may be given more than once
  --metric NAME         the metric that the trace stands for; default the first with an AverageValue target or a queue
  --trace FILE          time,value rows (epoch seconds or ISO) or one value per second and line, gzip or not;
                        or generated, KIND:SEED[:DAYS], with KIND one of ${kinds().join(', ')};
                        or of a Prometheus, 'http://HOST:9090?start=...&end=...&step=...&query=...', query by default
                        the profile's own
  --trace-scale X       multiply the load
  --trace-mean X        scale the load to this mean instead
  --smooth SECONDS      a centred moving mean first
  --poisson SEED        Poisson noise last
  --capacity N          load a pod serves; default capacityPerReplica, or averageValue / 0.7
  --service-rate N      jobs a second that a pod works off; default the queue's ratePerReplica
  --startup SECONDS     from a pod's order to its readiness; default leadTimeSeconds, or 45;
                        P50/P95, such as 30/90: half of the pods within the one, 19 of 20 within the other
  --compare LIST        of ${comparatorNames.join(', ')}; default hpa
  --json FILE           write the outcome
  --html FILE           write a report with charts
`;

/** @throws {UsageError} naming the option, the value and what was expected */
export function parseOptions(args: readonly string[]): SimulateOptions {
  const given = parse(args);
  const { profile: profiles = [], trace } = given;
  if (profiles.length === 0) throw new UsageError('--profile is missing');
  if (trace === undefined) throw new UsageError('--trace is missing');
  if (given['trace-scale'] !== undefined && given['trace-mean'] !== undefined) {
    throw new UsageError('--trace-mean: not with --trace-scale');
  }
  return {
    profiles,
    trace,
    metric: given.metric,
    mean: numberIn(given, 'trace-mean', 0, 1e9),
    scale: numberIn(given, 'trace-scale', 0, 1e9) ?? 1,
    smoothSeconds: wholeIn(given, 'smooth', 0, 86_400) ?? 0,
    poissonSeed: wholeIn(given, 'poisson', 0, 2 ** 32 - 1),
    capacityPerReplica: numberIn(given, 'capacity', 1e-6, 1e9),
    serviceRate: numberIn(given, 'service-rate', 1e-6, 1e9),
    startUp: startUpIn(given.startup),
    compare: comparatorsIn(given.compare),
    jsonFile: given.json,
    htmlFile: given.html,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    profile: { type: 'string', multiple: true },
    metric: text,
    trace: text,
    'trace-scale': text,
    'trace-mean': text,
    smooth: text,
    poisson: text,
    capacity: text,
    'service-rate': text,
    startup: text,
    compare: text,
    json: text,
    html: text,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

type NumberOption =
  | 'trace-scale'
  | 'trace-mean'
  | 'smooth'
  | 'poisson'
  | 'capacity'
  | 'service-rate';
type Texts = { readonly [name in NumberOption]?: string | undefined };

function numberIn(
  texts: Texts,
  name: NumberOption,
  least: number,
  most: number,
): number | undefined {
  const text = texts[name];
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} ${text}: expected a number from ${least} to ${most}`);
}

function wholeIn(
  texts: Texts,
  name: NumberOption,
  least: number,
  most: number,
): number | undefined {
  const value = numberIn(texts, name, least, most);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new UsageError(`--${name} ${texts[name]}: expected a whole number`);
}

/** One time of all pods, or a median and the time of 19 in 20. */
function startUpIn(text: string | undefined): StartUp | undefined {
  if (text === undefined) return undefined;
  const [, p50 = '', p95] = /^(\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const [median, slow] = [Number(p50), Number(p95 ?? p50)];
  const isWhole = p50 !== '' && slow <= MOST_STARTUP_SECONDS;
  if (isWhole && p95 === undefined) return { startupSeconds: median };
  if (isWhole && median > 0 && slow >= median) return spreadOver(median, slow);
  throw new UsageError(
    `--startup ${text}: expected whole seconds, or P50/P95 of them, from 0 to ${MOST_STARTUP_SECONDS}`,
  );
}

function comparatorsIn(list = 'hpa'): readonly string[] {
  const names = [...new Set(list.split(',').map((name) => name.trim()))].filter(Boolean);
  for (const name of names) {
    if (!comparatorNamed(name)) {
      throw new UsageError(`--compare ${name}: expected some of ${comparatorNames.join(', ')}`);
    }
  }
  return names;
}
