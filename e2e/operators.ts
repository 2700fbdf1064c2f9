/** The operator's pods, and the crash of the one that leads. */
import type { V1Lease, V1Pod } from '@kubernetes/client-node';
import { kill } from './kill.ts';
import { isReady, podsOf, read, until } from './kubernetes.ts';

const namespace = 'bellwether-system';
const name = 'bellwether-operator';

async function holder(): Promise<string | undefined> {
  const lease = await read<V1Lease>('coordination.k8s.io/v1', 'Lease', namespace, name);
  return lease?.spec?.holderIdentity || undefined;
}

/** Wait for both operators. */
export function readyOperators(): Promise<readonly V1Pod[]> {
  return until('2 Ready operators', 60, async () => {
    const ready = (await podsOf(namespace, name)).filter(isReady);
    return ready.length === 2 && ready;
  });
}

/** Kill the leader and wait until another leads, which may take 20 s. */
export async function killLeader(): Promise<void> {
  await readyOperators();
  const before = await until('a leader', 30, holder);
  const leading = (await readyOperators()).map(({ metadata }) => metadata?.name ?? '-');
  const victim = leading.find((each) => before.includes(each));
  if (victim === undefined) throw new Error(`the lease's holder ${before} is none of ${leading}`);
  await kill(namespace, victim);
  await until('another leader', 20, async () => {
    const now = await holder();
    return now !== undefined && now !== before;
  });
}
