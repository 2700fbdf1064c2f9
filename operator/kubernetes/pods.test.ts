import { expect, test } from 'vitest';
import { toAmounts, toPodRecord, toTargetPods } from './pods.ts';

const bare = { metadata: { name: 'web-1' }, spec: { containers: [] }, status: {} };

function observe(pod: object) {
  return toPodRecord({ ...bare, ...pod }).observation;
}

test('a pod as the API server lists it', () => {
  expect(
    observe({
      metadata: {
        name: 'web-1',
        labels: { app: 'web' },
        deletionTimestamp: '2026-11-21T10:00:00Z',
      },
      spec: {
        containers: [
          { name: 'api', resources: { requests: { cpu: '250m', memory: '64Mi' } } },
          { name: 'bare' },
        ],
        initContainers: [
          { name: 'migrate', resources: { requests: { cpu: '2' } } },
          { name: 'proxy', restartPolicy: 'Always', resources: { requests: { cpu: 1 } } },
        ],
      },
      status: {
        phase: 'Running',
        startTime: '2026-11-21T09:00:00Z',
        conditions: [
          { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T09:00:10Z' },
          { type: 'Initialized', status: 'True', lastTransitionTime: null },
        ],
      },
    }),
  ).toEqual({
    name: 'web-1',
    phase: 'Running',
    ready: true,
    deleting: true,
    startedAtMs: Date.parse('2026-11-21T09:00:00Z'),
    readyTransitionAtMs: Date.parse('2026-11-21T09:00:10Z'),
    requests: { api: { cpu: 250, memory: 64 * 2 ** 20 }, bare: {}, proxy: { cpu: 1000 } },
  });
});

test('a pod that no node has yet is Pending, without Ready condition', () => {
  expect(observe({})).toEqual({ name: 'web-1', phase: 'Pending', deleting: false, requests: {} });
});

test('requests of the pod as a whole stand beside those of its containers', () => {
  const spec = { containers: [], resources: { requests: { cpu: '1500m' } } };
  expect(observe({ spec }).podRequests).toEqual({ cpu: 1500 });
});

test.each([
  { status: 'True', ready: true },
  { status: 'False', ready: false },
  { status: 'Unknown', ready: true },
])('a Ready condition that is $status', ({ status, ready }) => {
  expect(observe({ status: { conditions: [{ type: 'Ready', status }] } }).ready).toBe(ready);
});

test.each([
  { cpu: '123456789n', want: { cpu: 124 } },
  { cpu: '0', want: { cpu: 0 } },
  { cpu: '12', memory: '100Ki', want: { cpu: 12_000, memory: 102_400 } },
  { cpu: 'plenty', want: {} },
])('$cpu is taken in millicores, rounded up', ({ want, ...amounts }) => {
  expect(toAmounts(amounts)).toEqual(want);
});

test('only Ready pods that stay are ready; those on their way up are starting', () => {
  const conditions = [{ type: 'Ready', status: 'True' }];
  const metadata = { name: 'x', deletionTimestamp: '2026-11-21T10:00:00Z' };
  const pods = [
    { ...bare, status: { phase: 'Running', conditions } },
    { ...bare, status: { phase: 'Running' } },
    bare,
    { ...bare, status: { phase: 'Failed', conditions } },
    { ...bare, status: { phase: 'Succeeded' } },
    { ...bare, metadata, status: { phase: 'Running', conditions } },
  ];
  expect(toTargetPods(pods.map(toPodRecord))).toMatchObject({ ready: 1, starting: 2 });
});

const ready = (status: string, lastTransitionTime: string) => ({
  metadata: { name: 'web-1', creationTimestamp: '2026-11-21T10:00:00Z' },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status, lastTransitionTime }] },
});
const { metadata, status } = ready('True', '2026-11-21T10:00:07Z');

test.each([
  { name: 'a Ready pod', pod: ready('True', '2026-11-21T10:00:07Z'), want: 7 },
  { name: 'a pod that is not Ready', pod: ready('False', '2026-11-21T10:00:07Z') },
  {
    name: 'a pod whose container was restarted',
    pod: { metadata, status: { ...status, containerStatuses: [{ restartCount: 1 }] } },
  },
  { name: 'a pod without times', pod: bare },
])('$name shows how long its start took: $want', ({ pod, want }) => {
  const { start } = toPodRecord(pod);
  expect(start && (start.readyAtMs - start.createdAtMs) / 1000).toBe(want);
});
