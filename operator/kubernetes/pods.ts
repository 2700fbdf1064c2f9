/** Pods as the API server lists them, taken apart for those who count them and those who measure them. */
import { z } from 'zod';
import { parseQuantity } from '../api/quantity.ts';
import type { PodStart } from '../scaling/lead-time.ts';
import type { Amounts, PodObservation } from '../scaling/pod.ts';
import type { Labels } from './selector.ts';

const time = z.iso.datetime({ offset: true }).nullish();

export const resourceList = z.record(z.string(), z.union([z.string(), z.number()]));
const resources = z.object({ requests: resourceList.optional() }).default({});
const container = z.object({ name: z.string(), restartPolicy: z.string().optional(), resources });

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    creationTimestamp: time,
    deletionTimestamp: z.string().optional(),
  }),
  spec: z
    .object({
      containers: z.array(container).default([]),
      initContainers: z.array(container).default([]),
      resources,
    })
    .prefault({}),
  status: z
    .object({
      phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default('Pending'),
      startTime: time,
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: time }))
        .default([]),
      containerStatuses: z.array(z.object({ restartCount: z.number().default(0) })).default([]),
    })
    .prefault({}),
});

type Pod = z.output<typeof podSchema>;

/** What scaling needs of a pod: several hundred bytes of several thousand. */
export interface PodRecord {
  readonly labels: Labels;
  /** Neither over nor being deleted. */
  readonly isAlive: boolean;
  readonly isReady: boolean;
  /** undefined: not Ready yet, or a container was restarted, so that its readiness is not that of a start. */
  readonly start: PodStart | undefined;
  /** For the rules of resource metrics; its sample is added by whoever has it. */
  readonly observation: PodObservation;
}

/** A pod as the API server tells it. */
export function toPodRecord(object: unknown): PodRecord {
  const pod = podSchema.parse(object);
  const { metadata, status } = pod;
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True';
  const hasRestarted = status.containerStatuses.some(({ restartCount }) => restartCount > 0);
  const createdAtMs = Date.parse(metadata.creationTimestamp ?? '');
  const readyAtMs = Date.parse(ready?.lastTransitionTime ?? '');
  const isTimed = isReady && !hasRestarted && readyAtMs >= createdAtMs;
  return {
    labels: metadata.labels,
    isAlive:
      metadata.deletionTimestamp === undefined &&
      status.phase !== 'Failed' &&
      status.phase !== 'Succeeded',
    isReady,
    start: isTimed ? { createdAtMs, readyAtMs } : undefined,
    observation: toObservation(pod),
  };
}

function toObservation({ metadata, spec, status }: Pod): PodObservation {
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

export interface TargetPods {
  readonly ready: number;
  /** Alive, not Ready, not being deleted. */
  readonly starting: number;
  /** When each pod that is Ready was made and first became so. */
  readonly starts: readonly PodStart[];
  readonly pods: readonly PodObservation[];
}

export function toTargetPods(records: readonly PodRecord[]): TargetPods {
  const alive = records.filter(({ isAlive }) => isAlive);
  const ready = alive.filter(({ isReady }) => isReady).length;
  return {
    ready,
    starting: alive.length - ready,
    starts: alive.flatMap(({ start }) => start ?? []),
    pods: records.map(({ observation }) => observation),
  };
}
