/** When visits arrive: an open loop, so that a slow server does not slow its visitors down. */
import { type Random, seededRandom } from './random.ts';

/** From `atSeconds` on, this many arrivals a second, until the next step. */
export interface Step {
  readonly atSeconds: number;
  readonly perSecond: number;
}

/** What visitors do: look around and learn, or hand in an essay. */
export type Stream = 'browse' | 'essays';

export interface Plan {
  readonly seed: number;
  /** `poisson`: independent visitors; `constant`: evenly spaced. */
  readonly arrivals: 'poisson' | 'constant';
  readonly durationSeconds: number;
  /** No more visits than this, whatever the steps say. */
  readonly maxVisits: number;
  /** Signed-in learners who share the visits. */
  readonly learners: number;
  readonly streams: Readonly<Record<Stream, readonly Step[]>>;
}

export interface Arrival {
  readonly atMs: number;
  readonly stream: Stream;
}

/** Longest run and highest rate that a plan may ask for: this is a test tool. */
const longestSeconds = 3600;
const highestPerSecond = 2000;

/** All arrivals of a plan, in order of time. */
export function* arrivalsOf(plan: Plan): Generator<Arrival> {
  const endMs = plan.durationSeconds * 1000;
  const times = {
    browse: timesOf(plan, 'browse', 1),
    essays: timesOf(plan, 'essays', 2),
  };
  let browse = times.browse.next();
  let essays = times.essays.next();
  for (let count = 0; count < plan.maxVisits; count += 1) {
    const first = !essays.done && (browse.done || essays.value < browse.value);
    const next = first ? essays : browse;
    if (next.done || next.value >= endMs) return;
    yield { atMs: next.value, stream: first ? 'essays' : 'browse' };
    if (first) essays = times.essays.next();
    else browse = times.browse.next();
  }
}

/** Endless times of one stream, milliseconds from the start. */
function* timesOf(plan: Plan, stream: Stream, salt: number): Generator<number, undefined> {
  const random = seededRandom(plan.seed * 2 + salt);
  const steps = plan.streams[stream];
  for (const [index, { atSeconds, perSecond }] of steps.entries()) {
    const untilMs = (steps[index + 1]?.atSeconds ?? plan.durationSeconds) * 1000;
    if (perSecond === 0) continue;
    let atMs = atSeconds * 1000 + gapMs(plan, perSecond, random);
    for (; atMs < untilMs; atMs += gapMs(plan, perSecond, random)) yield atMs;
  }
  return undefined;
}

/** Exponential gaps have no memory, so drawing anew at each step is exact. */
function gapMs(plan: Plan, perSecond: number, random: Random): number {
  const mean = 1000 / perSecond;
  return plan.arrivals === 'constant' ? mean : -Math.log(1 - random()) * mean;
}

/**
 * A plan from JSON: `{"durationSeconds": 60, "browse": [{"atSeconds": 0, "perSecond": 50}], "essays": [], ...}`.
 *
 * @throws naming the field, the value and the rule
 */
export function parsePlan(json: unknown): Plan {
  const fields = new Map(Object.entries(typeof json === 'object' && json !== null ? json : {}));
  const number = (name: string, fallback: number, low: number, high: number) => {
    const value: unknown = fields.get(name) ?? fallback;
    if (typeof value === 'number' && value >= low && value <= high) return value;
    throw new Error(`plan: ${name} is ${value}, expected ${low} to ${high}`);
  };
  const known = [
    'seed',
    'arrivals',
    'durationSeconds',
    'maxVisits',
    'learners',
    'browse',
    'essays',
  ];
  const unknown = [...fields.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`plan: ${unknown.join(', ')} unknown, expected ${known}`);
  const arrivals: unknown = fields.get('arrivals') ?? 'poisson';
  if (arrivals !== 'poisson' && arrivals !== 'constant') {
    throw new Error(`plan: arrivals is ${arrivals}, expected poisson or constant`);
  }
  return {
    seed: number('seed', 1, 0, 2 ** 30),
    arrivals,
    durationSeconds: number('durationSeconds', 60, 1, longestSeconds),
    maxVisits: number('maxVisits', 100_000, 1, 1_000_000),
    learners: number('learners', 40, 1, 5000),
    streams: {
      browse: parseSteps('browse', fields.get('browse') ?? [{ atSeconds: 0, perSecond: 20 }]),
      essays: parseSteps('essays', fields.get('essays') ?? []),
    },
  };
}

function parseSteps(name: string, value: unknown): readonly Step[] {
  if (!Array.isArray(value)) throw new Error(`plan: ${name} is ${value}, expected a list of steps`);
  let last = -1;
  return value.map((step: unknown, index) => {
    const { atSeconds, perSecond } = Object(step);
    const isStep = typeof atSeconds === 'number' && typeof perSecond === 'number';
    if (isStep && atSeconds > last && perSecond >= 0 && perSecond <= highestPerSecond) {
      last = atSeconds;
      return { atSeconds, perSecond };
    }
    throw new Error(
      `plan: ${name}[${index}] is ${JSON.stringify(step)}, expected atSeconds that rise and perSecond 0 to ${highestPerSecond}`,
    );
  });
}
