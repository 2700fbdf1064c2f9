/** The comparators by the names that `--compare` takes. */
import { clairvoyant, fixed } from './clairvoyant.ts';
import type { FleetModel, Policy } from './fluid.ts';
import { FAST, hpa, KEDA, STOCK } from './hpa.ts';
import { kpa } from './kpa.ts';
import type { Trace } from './trace.ts';

type Comparator = (trace: Trace, model: FleetModel) => Policy;

const comparators: Readonly<Record<string, Comparator>> = {
  hpa: (trace, model) => hpa(trace, model, STOCK),
  'hpa-fast': (trace, model) => hpa(trace, model, FAST),
  keda: (trace, model) => hpa(trace, model, KEDA),
  kpa,
  clairvoyant,
};

/** What `--compare` may hold, for help texts. */
export const comparatorNames = [...Object.keys(comparators), 'fixed:N'];

/** The comparator of a name; undefined where there is none. */
export function comparatorNamed(name: string): Comparator | undefined {
  const [, count] = /^fixed:(\d{1,6})$/.exec(name) ?? [];
  if (count !== undefined) return () => fixed(Number(count));
  return Object.hasOwn(comparators, name) ? comparators[name] : undefined;
}
