/** The memory budget over simulated pods, judged by what is true there and not by what the operator knows. */
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { RedisConsole } from './console.ts';
import { createMemoryBudget, type MemoryReport, type RedisPod } from './memory-budget.ts';
import { createNearCacheMetrics } from './metrics.ts';
import { containerLimit } from './sizing.ts';

const [memoryBudget, maxMemory, boot, surge, mostReplicas] = [1000, 600, 100, 1, 9];

interface SimulatedPod extends RedisPod {
  limit: number;
  isTerminating: boolean;
  isSilent: boolean;
  /** The next limit is taken, and the answer lost. */
  isLossy: boolean;
}

function createCluster() {
  const pods = new Map<string, SimulatedPod>();
  const register = new Registry();
  let isLeading = true;
  let made = 0;
  let coming = 0;
  const sum = () => [...pods.values()].reduce((total, { limit }) => total + limit, 0);

  const consoleOf = (pod: SimulatedPod): RedisConsole => {
    const answer = () => {
      if (pod.isSilent || !pods.has(pod.uid)) throw new Error('no answer');
    };
    return {
      read: async () => {
        answer();
        const { limit } = pod;
        return { maxMemory: limit, used: 1, resident: 1, hits: 5, misses: 1, evictions: 0 };
      },
      setMaxMemory: async (bytes) => {
        answer();
        const rises = bytes > pod.limit;
        pod.limit = bytes;
        if (rises) expect(sum() + coming * boot).toBeLessThanOrEqual(memoryBudget);
        if (!pod.isLossy) return;
        pod.isLossy = false;
        throw new Error('the answer was lost');
      },
      renew: async () => answer(),
      close: () => undefined,
    };
  };
  const newBudget = () =>
    createMemoryBudget({
      ...{ namespace: 'lms', profile: 'api', metrics: createNearCacheMetrics(new Registry()) },
      isLeading: () => isLeading,
      wallMs: () => 0,
      connect: async ({ uid }) => consoleOf(pods.get(uid) as SimulatedPod),
    });
  let budget = newBudget();

  return {
    pods,
    register,
    sum,
    resign: () => {
      isLeading = false;
    },
    restartOperator: () => {
      budget.close();
      budget = newBudget();
    },
    add: () => {
      made += 1;
      const uid = `pod-${made}`;
      const state = { limit: boot, isTerminating: false, isSilent: false, isLossy: false };
      const memoryLimit = containerLimit(maxMemory);
      pods.set(uid, { uid, name: uid, address: uid, hasRun: true, memoryLimit, ...state });
    },
    size: (replicas: number): Promise<MemoryReport> => {
      const seen = [...pods.values()].map((pod) => ({ ...pod }));
      const expected = replicas + surge;
      coming = Math.max(0, expected - seen.filter((pod) => !pod.isTerminating).length);
      return budget.size({ memoryBudget, maxMemory, boot, expected, pods: seen });
    },
  };
}

function limitsOf({ pods }: ReturnType<typeof createCluster>): readonly number[] {
  return [...pods.values()].map(({ limit }) => limit);
}

test('two pods share what a rollout leaves; a third is made room for before it comes', async () => {
  const cluster = createCluster();
  cluster.add();
  await cluster.size(1);
  expect(limitsOf(cluster)).toEqual([600]);
  expect(await cluster.size(2)).toEqual({ excess: -200, problems: [] });
  cluster.add();
  await cluster.size(2);
  expect(limitsOf(cluster)).toEqual([450, 450]);
  expect(await cluster.size(3)).toEqual({ excess: 0, problems: [] });
  expect(limitsOf(cluster)).toEqual([400, 400]);
});

test('a pod that does not answer keeps its memory, is named, and the others make room', async () => {
  const cluster = createCluster();
  for (const _ of [1, 2]) cluster.add();
  await cluster.size(2);
  const [first] = cluster.pods.values();
  if (first) first.isSilent = true;
  const report = await cluster.size(4);
  expect(report).toEqual({ excess: 0, problems: ['pod-1: no answer'] });
  expect(limitsOf(cluster)).toEqual([450, 250]);
});

test('one that never answered a new operator may have got the most', async () => {
  const cluster = createCluster();
  cluster.add();
  await cluster.size(1);
  for (const pod of cluster.pods.values()) pod.isSilent = true;
  cluster.restartOperator();
  expect(await cluster.size(2)).toMatchObject({ excess: -200 });
});

test('one that has less than it boots with may restart at any time', async () => {
  const cluster = createCluster();
  cluster.add();
  cluster.resign();
  for (const pod of cluster.pods.values()) pod.limit = 50;
  expect(await cluster.size(1)).toMatchObject({ excess: -800 });
});

test('who no longer leads changes nothing', async () => {
  const cluster = createCluster();
  cluster.add();
  cluster.resign();
  await cluster.size(1);
  expect(limitsOf(cluster)).toEqual([boot]);
});

test('counts of a Redis that began anew go on, those of a pod that is gone end', async () => {
  const register = new Registry();
  const metrics = createNearCacheMetrics(register);
  const labels = { namespace: 'lms', profile: 'api', pod: 'pod-1' };
  const reading = { maxMemory: 9, used: 2, resident: 3, hits: 5, misses: 1, evictions: 0 };
  metrics.show(labels, reading);
  metrics.show(labels, { ...reading, hits: 7 }, reading);
  metrics.show(labels, { ...reading, hits: 4 }, { ...reading, hits: 7 });
  const hits = async () =>
    (await register.getSingleMetric('bellwether_near_cache_hits_total')?.get())?.values;
  expect(await hits()).toEqual([{ labels, value: 11 }]);
  metrics.remove(labels);
  expect(await hits()).toEqual([]);
});

const anyEvent = fc.record({
  kind: fc.constantFrom(
    ...(['scale', 'look', 'silence', 'answer', 'lose', 'restart', 'end', 'operator'] as const),
  ),
  which: fc.nat(),
  replicas: fc.integer({ min: 1, max: mostReplicas }),
});

test('limits never exceed the budget, whatever is scaled, silent, lost or restarted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 40 }), async (events) => {
      const cluster = createCluster();
      let replicas = 1;
      cluster.add();
      for (const { kind, which, replicas: wanted } of events) {
        const all = [...cluster.pods.values()];
        const pod = all[which % Math.max(1, all.length)];
        if (kind === 'scale') {
          const { excess } = await cluster.size(Math.max(wanted, replicas));
          const live = all.filter(({ isTerminating }) => !isTerminating);
          // Who silent pods leave no room for is not started: scaling may choose to, the budget then is exceeded.
          if (wanted > replicas && excess > 0) continue;
          for (let more = live.length; more < wanted; more += 1) cluster.add();
          for (const gone of live.slice(wanted)) gone.isTerminating = true;
          replicas = wanted;
        }
        if (kind === 'look') await cluster.size(replicas);
        if (kind === 'operator') cluster.restartOperator();
        if (pod && kind === 'silence') pod.isSilent = true;
        if (pod && kind === 'answer') pod.isSilent = false;
        if (pod && kind === 'lose') pod.isLossy = true;
        if (pod && kind === 'restart') pod.limit = boot;
        if (pod?.isTerminating && kind === 'end') cluster.pods.delete(pod.uid);
        expect(cluster.sum()).toBeLessThanOrEqual(memoryBudget);
      }
    }),
    { numRuns: 300 },
  );
});
