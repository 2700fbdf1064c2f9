/** What pods use, by the resource metrics API (metrics.k8s.io), which metrics-server or another add-on serves. */
import { z } from 'zod';
import type { PodObservation } from '../scaling/pod.ts';
import type { FailedReading } from '../scaling/reading.ts';
import { ApiError, type Client } from './client.ts';
import { resourceList, toAmounts } from './pods.ts';

/** What is known of one pod's use. */
export type PodSample = Required<Pick<PodObservation, 'usage' | 'sampleAtMs' | 'sampleStartMs'>>;

type PodSamples =
  | { readonly ok: true; readonly byPod: ReadonlyMap<string, PodSample> }
  | { readonly ok: false; readonly failure: FailedReading };

export interface PodMetrics {
  /** The newest samples of the pods that a label selector finds. Never throws: what cannot be read is data. */
  readonly read: (namespace: string, selector: string) => Promise<PodSamples>;
}

/** As for every reading. */
const timeoutMs = 3000;

const metricsList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      timestamp: z.iso.datetime({ offset: true }),
      window: z.string().transform((text, context) => {
        const ms = parseDuration(text);
        if (ms !== undefined) return ms;
        context.addIssue({ code: 'custom', message: `${text} is no duration` });
        return z.NEVER;
      }),
      containers: z.array(z.object({ name: z.string(), usage: resourceList })),
    }),
  ),
});

export function createPodMetrics(client: Client): PodMetrics {
  return {
    read: async (namespace, selector) => {
      const escaped = encodeURIComponent(namespace);
      const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${escaped}/pods`;
      const query = { labelSelector: selector };
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const body = await client.request({ verb: 'list', path, query, signal });
        return { ok: true, byPod: new Map(metricsList.parse(body).items.map(toEntry)) };
      } catch (error) {
        return { ok: false, failure: { status: 'failed', reason: 'error', message: say(error) } };
      }
    },
  };
}

type Item = z.output<typeof metricsList>['items'][number];

function toEntry({ metadata, timestamp, window, containers }: Item): [string, PodSample] {
  const sampleAtMs = Date.parse(timestamp);
  const usage = Object.fromEntries(containers.map((each) => [each.name, toAmounts(each.usage)]));
  return [metadata.name, { usage, sampleAtMs, sampleStartMs: sampleAtMs - window }];
}

function say(error: unknown): string {
  if (error instanceof ApiError && error.code === 404) {
    return 'the cluster serves no metrics.k8s.io: is metrics-server installed?';
  }
  if (error instanceof z.ZodError) return `metrics.k8s.io answered nonsense: ${error.message}`;
  return `metrics.k8s.io: ${error instanceof Error ? error.message : String(error)}`;
}

const unitsMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** A duration as Go writes it, such as `1m2.5s`, in milliseconds; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return text === '0' ? 0 : undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (unitsMs[unit] ?? 0),
    0,
  );
}
