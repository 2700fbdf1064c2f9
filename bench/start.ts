/** From the creation of an API pod to Ready, image on the node: pods removed one after the other on the live cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { objects, remove, until } from '../e2e/kubernetes.ts';
import { quantile } from './quantile.ts';

const rounds = 7;
const namespace = 'lms';
const selector = 'app.kubernetes.io/name=lms-api';

async function listPods(): Promise<readonly V1Pod[]> {
  const no = undefined;
  const list = await objects.list<V1Pod>('v1', 'Pod', namespace, no, no, no, no, selector);
  return list.items;
}

function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

function isReady({ status, metadata }: V1Pod): boolean {
  const ready = status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
  return metadata?.deletionTimestamp === undefined && (ready ?? false);
}

/** Seconds from when the successor of a removed pod is first seen until it is Ready, looked at every 50 ms. */
async function measureRound(): Promise<number> {
  const before = await until('2 Ready pods', 120, async () => {
    const pods = await listPods();
    return pods.length === 2 && pods.every(isReady) && pods;
  });
  const [removed] = before;
  if (!removed) throw new Error('there is no pod to remove');
  const known = new Set(before.map(nameOf));
  const metadata = { namespace, name: nameOf(removed) };
  await remove({ apiVersion: 'v1', kind: 'Pod', metadata });
  let createdAt: number | undefined;
  for (;;) {
    const successor = (await listPods()).find((pod) => !known.has(nameOf(pod)));
    if (successor) createdAt ??= performance.now();
    if (successor && createdAt && isReady(successor)) return (performance.now() - createdAt) / 1000;
    await sleep(50);
  }
}

const taken: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const seconds = await measureRound();
  console.log(`Ready after ${seconds.toFixed(2)} s`);
  taken.push(seconds);
}
console.log(`pod created to Ready: median ${quantile(taken, 0.5).toFixed(2)} s; to reach 2 s`);
