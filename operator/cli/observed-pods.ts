/** Pods as written in the file of an observation: the form of `PodObservation` with times as ISO text. */
import { z } from 'zod';
import type { PodObservation } from '../scaling/pod.ts';

const instant = z.iso.datetime({ offset: true }).nullish();
const amount = z.number().min(0).optional();
const amounts = z.object({ cpu: amount, memory: amount });
const byContainer = z.record(z.string(), amounts).nullish();

/** What is left out: a running pod that nobody deletes, without Ready condition, start time, sample or requests. */
export const writtenPod = z.object({
  name: z.string().min(1),
  phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default('Running'),
  ready: z.boolean().nullish(),
  deleting: z.boolean().default(false),
  startedAt: instant,
  readyTransitionAt: instant,
  usage: byContainer,
  requests: byContainer,
  podRequests: amounts.nullish(),
  sampleStart: instant,
  sampleAt: instant,
});

/** A pod of the file as the engine takes it. */
export function toPod(written: z.output<typeof writtenPod>): PodObservation {
  const { name, phase, ready, deleting, usage, requests, podRequests } = written;
  return {
    name,
    phase,
    deleting,
    requests: requests ?? {},
    ...(ready != null && { ready }),
    ...(usage != null && { usage }),
    ...(podRequests != null && { podRequests }),
    ...timesOf(written),
  };
}

function timesOf({
  startedAt,
  readyTransitionAt,
  sampleStart,
  sampleAt,
}: z.output<typeof writtenPod>) {
  return {
    ...(startedAt != null && { startedAtMs: Date.parse(startedAt) }),
    ...(readyTransitionAt != null && { readyTransitionAtMs: Date.parse(readyTransitionAt) }),
    ...(sampleStart != null && { sampleStartMs: Date.parse(sampleStart) }),
    ...(sampleAt != null && { sampleAtMs: Date.parse(sampleAt) }),
  };
}
