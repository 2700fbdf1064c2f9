import { expect, test } from 'vitest';
import type { PodObservation } from './pod.ts';
import { groupPods, requestOf } from './resource-pods.ts';
import { ago, podPending, podUnseen, podUsing } from './testing/pods.ts';
import { start } from './testing/scenario.ts';

const cpu = { name: 'cpu' } as const;
const memory = { name: 'memory' } as const;

function groupOf(pod: PodObservation, resource: Parameters<typeof groupPods>[1] = cpu): string {
  const { ready, unready, missing } = groupPods([pod], resource, start);
  if (ready.length > 0) return 'ready';
  if (unready.length > 0) return 'unready';
  return missing.length > 0 ? 'missing' : 'ignored';
}

/** Started so long ago, and Ready or not for so long. */
function pod(started: number, ready: boolean, since: number, sampledFrom = 20): PodObservation {
  return podUsing(500, {
    startedAtMs: ago(started),
    ready,
    readyTransitionAtMs: ago(since),
    sampleStartMs: ago(sampledFrom),
  });
}

test.each([
  { name: 'at work', pod: podUsing(500), want: 'ready' },
  { name: 'being deleted', pod: podUsing(500, { deleting: true }), want: 'ignored' },
  { name: 'Failed', pod: podUsing(500, { phase: 'Failed' }), want: 'ignored' },
  { name: 'Failed and without a sample', pod: podUnseen({ phase: 'Failed' }), want: 'ignored' },
  { name: 'Pending', pod: podPending, want: 'unready' },
  { name: 'Pending with a sample', pod: podUsing(500, { phase: 'Pending' }), want: 'unready' },
  { name: 'Pending and being deleted', pod: { ...podPending, deleting: true }, want: 'ignored' },
  { name: 'without a sample', pod: podUnseen(), want: 'missing' },
  { name: 'without a sample, not Ready', pod: podUnseen({ ready: false }), want: 'missing' },
  { name: 'without any container in its sample', pod: podUsing(0, { usage: {} }), want: 'missing' },
  { name: 'not Ready, just started', pod: pod(10, false, 10), want: 'unready' },
  { name: 'Ready and sampled since', pod: pod(100, true, 60, 59), want: 'ready' },
  { name: 'Ready and sampled from that moment', pod: pod(100, true, 60, 60), want: 'ready' },
  { name: 'Ready but sampled from before', pod: pod(100, true, 60, 61), want: 'unready' },
  { name: 'not Ready in the last second of 300', pod: pod(299, false, 100), want: 'unready' },
  { name: 'not Ready after 300 s, but once Ready', pod: pod(300, false, 100), want: 'ready' },
  { name: 'sampled from before, after 300 s', pod: pod(300, true, 10, 20), want: 'ready' },
  {
    name: 'never Ready: not since 29 s after its start',
    pod: pod(1000, false, 971),
    want: 'unready',
  },
  { name: 'once Ready: not since 30 s after its start', pod: pod(1000, false, 970), want: 'ready' },
])('a pod $name is $want', ({ pod, want }) => {
  expect(groupOf(pod)).toBe(want);
});

test('without Ready condition or start time the CPU of a pod is not trusted, its memory is', () => {
  const { ready: _ready, ...unconditioned } = podUsing(500);
  const { startedAtMs: _startedAtMs, ...unstarted } = podUsing(500);
  for (const odd of [unconditioned, unstarted]) {
    expect(groupOf(odd)).toBe('unready');
    expect(groupOf(odd, memory)).toBe('ready');
  }
});

test('memory of a pod that starts counts as it is', () => {
  expect(groupOf(pod(10, false, 10), memory)).toBe('ready');
  expect(groupOf(podPending, memory)).toBe('unready');
});

test('a sample counts by container, or whole when every container has its part', () => {
  const two = podUsing(0, { usage: { api: { cpu: 300 }, proxy: { cpu: 40 } } });
  expect(groupPods([two], cpu, start).ready[0]?.usage).toBe(340);
  expect(groupPods([two], { ...cpu, container: 'proxy' }, start).ready[0]?.usage).toBe(40);
  expect(groupOf(two, { ...cpu, container: 'other' })).toBe('missing');
  expect(groupOf(podUsing(0, { usage: { api: { cpu: 300 }, proxy: { memory: 1 } } }))).toBe(
    'missing',
  );
});

test('a request is the sum over containers, that of the one, or that of the pod', () => {
  const requests = { api: { cpu: 1000 }, proxy: { cpu: 100 } };
  const two = podUsing(0, { usage: { api: { cpu: 1 } }, requests });
  expect(requestOf(two, cpu)).toEqual({ ok: true, amount: 1100 });
  expect(requestOf(two, { ...cpu, container: 'proxy' })).toEqual({ ok: true, amount: 100 });
  const whole = { ...two, podRequests: { cpu: 1500 } };
  expect(requestOf(whole, cpu)).toEqual({ ok: true, amount: 1500 });
  expect(requestOf(whole, { ...cpu, container: 'api' })).toEqual({ ok: true, amount: 1000 });
});

test('a pod that has no such container requests nothing of it', () => {
  expect(requestOf(podUsing(1), { ...cpu, container: 'proxy' })).toEqual({ ok: true, amount: 0 });
});

test.each([
  { name: 'the one container', requests: { api: {} }, resource: { ...cpu, container: 'api' } },
  { name: 'one of several', requests: { api: {}, proxy: { cpu: 100 } }, resource: cpu },
  { name: 'of the resource', requests: { api: { memory: 100 } }, resource: cpu },
  { name: 'any', requests: {}, resource: cpu },
])('a pod without $name request is named, with its container', ({ requests, resource }) => {
  const found = requestOf(podUsing(1, { name: 'web-1', requests }), resource);
  expect(found).toMatchObject({ ok: false });
  expect(!found.ok && found.message).toMatch(/^pod web-1 has no cpu request in container api/);
});
