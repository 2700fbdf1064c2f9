/** Pods as the API server lists them, taken apart for those who count them and those who measure them. */
import { z } from 'zod';
import { parseQuantity } from '../api/quantity.ts';
import type { Amounts, PodObservation } from '../scaling/pod.ts';

const time = z.iso.datetime({ offset: true }).nullish();

export const resourceList = z.record(z.string(), z.union([z.string(), z.number()]));
const resources = z.object({ requests: resourceList.optional() }).default({});
const container = z.object({ name: z.string(), restartPolicy: z.string().optional(), resources });

export const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z
        .object({
          containers: z.array(container).default([]),
          initContainers: z.array(container).default([]),
          resources,
        })
        .prefault({}),
      status: z
        .object({
          phase: z
            .enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'])
            .default('Pending'),
          startTime: time,
          conditions: z
            .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: time }))
            .default([]),
        })
        .prefault({}),
    }),
  ),
});

type Pod = z.output<typeof podList>['items'][number];

/** What the rules of resource metrics need of a pod; its sample is added by whoever has it. */
export function toObservation({ metadata, spec, status }: Pod): PodObservation {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const requests = [...spec.containers, ...sidecars].map(
    ({ name, resources }) => [name, toAmounts(resources.requests)] as const,
  );
  const condition = status.conditions.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    phase: status.phase,
    deleting: metadata.deletionTimestamp !== undefined,
    requests: Object.fromEntries(requests),
    ...(spec.resources.requests && { podRequests: toAmounts(spec.resources.requests) }),
    ...(status.startTime && { startedAtMs: Date.parse(status.startTime) }),
    // Unknown is not False: the HPA goes on counting a pod whose node fell silent.
    ...(condition && { ready: condition.status !== 'False' }),
    ...(condition?.lastTransitionTime && {
      readyTransitionAtMs: Date.parse(condition.lastTransitionTime),
    }),
  };
}

/** CPU in millicores and memory in bytes, each rounded up as Kubernetes does. */
export function toAmounts({ cpu, memory }: z.output<typeof resourceList> = {}): Amounts {
  const [cores, bytes] = [cpu, memory].map((each) =>
    each === undefined ? undefined : parseQuantity(each),
  );
  return {
    ...(cores !== undefined && { cpu: Math.round(cores * 1000) }),
    ...(bytes !== undefined && { memory: bytes }),
  };
}

export interface PodCounts {
  readonly ready: number;
  /** Alive, not Ready, not being deleted. */
  readonly starting: number;
}

export function countPods(items: readonly Pod[]): PodCounts {
  const alive = items.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status.phase !== 'Failed' &&
      status.phase !== 'Succeeded',
  );
  const ready = alive.filter(({ status }) =>
    status.conditions.some((each) => each.type === 'Ready' && each.status === 'True'),
  );
  return { ready: ready.length, starting: alive.length - ready.length };
}
