/** What Redis sidecars say of themselves, for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { RedisReading } from './reading.ts';

const labelNames = ['namespace', 'profile', 'pod'] as const;

/** Labels of one sidecar. */
type SidecarLabels = Readonly<Record<(typeof labelNames)[number], string>>;

type ProfileLabels = Readonly<Record<'namespace' | 'profile', string>>;

export interface NearCacheMetrics {
  /** What of the budget is neither used nor promised, bytes; undefined: nobody knows any more. */
  readonly showFree: (labels: ProfileLabels, bytes: number | undefined) => void;
  /** @param before the reading before, of the same pod */
  readonly show: (labels: SidecarLabels, now: RedisReading, before?: RedisReading) => void;
  /** The pod is gone. */
  readonly remove: (labels: SidecarLabels) => void;
}

/** Names as in docs/names.md. */
export function createNearCacheMetrics(register: Registry): NearCacheMetrics {
  const registers = [register];
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `bellwether_near_cache_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string) =>
    new Counter({ name: `bellwether_near_cache_${name}_total`, help, labelNames, registers });
  const gauges = {
    maxMemory: gauge('maxmemory_bytes', 'The most that the values of a Redis sidecar may take.'),
    used: gauge('used_bytes', 'What values and buffers of a Redis sidecar take.'),
    resident: gauge('resident_bytes', 'What the process of a Redis sidecar takes.'),
  };
  const counters = {
    hits: counter('hits', 'Reads of a Redis sidecar that found a value.'),
    misses: counter('misses', 'Reads of a Redis sidecar that found none.'),
    evictions: counter('evictions', 'Values that a Redis sidecar gave up for others.'),
  };
  const free = new Gauge({
    name: 'bellwether_near_cache_free_bytes',
    help: 'What of the memory budget is neither used nor promised; negative: by how much it is exceeded.',
    labelNames: ['namespace', 'profile'],
    registers,
  });
  const names = <K extends string>(record: Readonly<Record<K, unknown>>) =>
    Object.keys(record) as K[];
  return {
    showFree: (labels, bytes) => {
      if (bytes === undefined) free.remove(labels);
      else free.set(labels, bytes);
    },
    show: (labels, now, before) => {
      for (const name of names(gauges)) gauges[name].set(labels, now[name]);
      for (const name of names(counters)) {
        // A Redis that began anew counts from 0.
        const since = before && before[name] <= now[name] ? before[name] : 0;
        counters[name].inc(labels, now[name] - since);
      }
    },
    remove: (labels) => {
      for (const metric of [...Object.values(gauges), ...Object.values(counters)]) {
        metric.remove(labels);
      }
    },
  };
}
