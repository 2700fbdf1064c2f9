/** From the creation of an API pod to Ready, image on the node: pods removed one after the other on the live cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { isReady, podsOf, remove, request, until } from '../e2e/kubernetes.ts';
import { quantile } from './quantile.ts';

const rounds = 7;
const namespace = 'lms';
const workload = 'lms-api';
/** For what a process does after its start, such as optimizing code. */
const settleSeconds = 2;

interface Start {
  /** From when the pod is first seen until it is Ready. */
  readonly seconds: number;
  /** CPU time of the application's process, until a little after. */
  readonly cpuSeconds: number;
}

function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

function isServing(pod: V1Pod): boolean {
  return pod.metadata?.deletionTimestamp === undefined && isReady(pod);
}

/** Remove a pod and look at its successor every 50 ms. */
async function measureRound(): Promise<Start> {
  const before = await until('2 Ready pods', 120, async () => {
    const pods = await podsOf(namespace, workload);
    return pods.length === 2 && pods.every(isServing) && pods;
  });
  const [removed] = before;
  if (!removed) throw new Error('there is no pod to remove');
  const known = new Set(before.map(nameOf));
  const metadata = { namespace, name: nameOf(removed) };
  await remove({ apiVersion: 'v1', kind: 'Pod', metadata });
  let createdAt: number | undefined;
  for (;;) {
    const successor = (await podsOf(namespace, workload)).find((pod) => !known.has(nameOf(pod)));
    if (successor) createdAt ??= performance.now();
    if (successor && createdAt && isServing(successor)) {
      const seconds = (performance.now() - createdAt) / 1000;
      await sleep(settleSeconds * 1000);
      return { seconds, cpuSeconds: await cpuSecondsOf(nameOf(successor)) };
    }
    await sleep(50);
  }
}

async function cpuSecondsOf(pod: string): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}:9464/proxy/metrics`;
  const { text } = await request('GET', path);
  const value = /^process_cpu_seconds_total (\S+)/m.exec(text)?.[1];
  if (value === undefined) throw new Error(`${pod} exports no CPU time: ${text.slice(0, 200)}`);
  return Number(value);
}

const starts: Start[] = [];
for (let round = 0; round < rounds; round += 1) {
  const start = await measureRound();
  const { seconds, cpuSeconds } = start;
  console.log(`Ready after ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} CPU seconds`);
  starts.push(start);
}
const median = (of: (start: Start) => number) => quantile(starts.map(of), 0.5).toFixed(2);
console.log(`pod created to Ready: median ${median(({ seconds }) => seconds)} s; to reach 2 s`);
console.log(`CPU time of the API in it: median ${median(({ cpuSeconds }) => cpuSeconds)} s`);
