/** The comparators by the names that `--compare` takes. */
import type { Comparator } from './arena.ts';
import { clairvoyant, fixed } from './clairvoyant.ts';
import { FAST, hpa, keda, STOCK } from './hpa.ts';
import { kpa } from './kpa.ts';

const comparators: Readonly<Record<string, Comparator>> = {
  hpa: (arena) => hpa(arena, STOCK),
  'hpa-fast': (arena) => hpa(arena, FAST),
  keda,
  kpa,
  clairvoyant,
};

/** Those that only know the load of requests. */
const withoutQueues = ['kpa', 'clairvoyant'];

/** What `--compare` may hold, for help texts. */
export const comparatorNames = [...Object.keys(comparators), 'fixed:N'];

/** The comparator of a name; undefined where there is none. */
export function comparatorNamed(name: string): Comparator | undefined {
  const [, count] = /^fixed:(\d{1,6})$/.exec(name) ?? [];
  if (count !== undefined) return () => fixed(Number(count));
  return Object.hasOwn(comparators, name) ? comparators[name] : undefined;
}

/** Whether a comparator has a rule for queues. */
export function knowsQueues(name: string): boolean {
  return !withoutQueues.includes(name);
}
