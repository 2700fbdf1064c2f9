/** Generated traces, decided by kind, seed and length: a school's timetable and the shapes that try a policy. */
import { normal, poisson, type Random, randomBy } from './random.ts';
import { lmsLoads } from './timetable.ts';
import { type Trace, traceOf } from './trace.ts';

/** A Monday, 00:00 UTC. */
const START_MS = Date.UTC(2026, 0, 5);
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const MOST_DAYS = 92;
const QUIET = 100;
const BUSY = 800;

/** Mean requests per second at each second, before Poisson noise. */
type Shape = (seconds: number, random: Random) => Float64Array;

const shapes: Readonly<Record<string, Shape>> = {
  lms: (seconds, random) => lmsLoads(seconds, random),
  /** Half of every four hours at eight times the load, at once. */
  step: fromClock((second) => (second % (4 * HOUR_SECONDS) < 2 * HOUR_SECONDS ? QUIET : BUSY)),
  /** Up in an hour, down in an hour. */
  ramp: fromClock((second) => {
    const phase = (second % (2 * HOUR_SECONDS)) / HOUR_SECONDS;
    return QUIET + (BUSY - QUIET) * (phase < 1 ? phase : 2 - phase);
  }),
  /** One wave a day. */
  sine: fromClock((second) => {
    const wave = (1 - Math.cos((2 * Math.PI * second) / DAY_SECONDS)) / 2;
    return QUIET + (BUSY - QUIET) * wave;
  }),
  flash: flashLoads,
  noise: noiseLoads,
};

/**
 * A trace by a description `KIND:SEED[:DAYS]`, such as `lms:1:14`; 14 days by default.
 *
 * @returns undefined where the text is no such description
 * @throws {RangeError} for a number of days out of range
 */
export function generate(description: string): Trace | undefined {
  const [, kind = '', seed = '', days = '14'] =
    /^([a-z]+):(\d+)(?::(\d+))?$/.exec(description) ?? [];
  const shape = Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (!shape) return undefined;
  if (Number(days) < 1 || Number(days) > MOST_DAYS) {
    throw new RangeError(`${description}: days must be 1 to ${MOST_DAYS}`);
  }
  const random = randomBy(Number(seed));
  const means = shape(Number(days) * DAY_SECONDS, random);
  return traceOf(
    description,
    START_MS,
    means.map((mean) => poisson(mean, random)),
  );
}

/** The kinds that `generate` knows, for help texts. */
export function kinds(): readonly string[] {
  return Object.keys(shapes);
}

function fromClock(mean: (second: number) => number): Shape {
  return (seconds) => Float64Array.from({ length: seconds }, (_, second) => mean(second));
}

/** Now and then a crowd arrives within half a minute, and leaves over a quarter of an hour. */
function flashLoads(seconds: number, random: Random): Float64Array {
  const loads = new Float64Array(seconds).fill(QUIET);
  for (let start = 0; start < seconds; start += Math.floor((2 + 8 * random()) * HOUR_SECONDS)) {
    const height = BUSY * (0.5 + random());
    for (let second = start; second < Math.min(seconds, start + 2 * HOUR_SECONDS); second += 1) {
      const arrived = Math.min(1, (second - start) / 30);
      const left = Math.exp(-Math.max(0, second - start - 300) / 900);
      loads[second] = (loads[second] ?? 0) + height * arrived * left;
    }
  }
  return loads;
}

/** A load without seasons that wanders, forgetting where it was over about ten minutes. */
function noiseLoads(seconds: number, random: Random): Float64Array {
  const memory = 1 - 1 / 600;
  const stride = Math.sqrt(1 - memory ** 2);
  let wander = 0;
  return new Float64Array(seconds).map(() => {
    wander = memory * wander + stride * normal(random);
    return 300 * Math.exp(0.5 * wander);
  });
}
