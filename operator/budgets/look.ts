/** What the API server says of a budget's profiles and of every pod that may hold connections of it. */
import type { Lease, Ledger } from '../api/budget-status.ts';
import { ApiError, type Client, isForGood } from '../kubernetes/client.ts';
import type { Key } from '../kubernetes/collection.ts';
import { listRunningPods, type RunningPod } from '../kubernetes/running-pods.ts';
import type { Target, Targets } from '../kubernetes/target.ts';
import { readWorkload } from '../kubernetes/workload.ts';
import type { Budget } from '../pooling/ledger.ts';
import type { PodSeen } from '../pooling/observation.ts';
import type { Scene } from '../pooling/observe.ts';
import { type Former, type Listed, type Member, membership } from './members.ts';
import { type Rollout, withSurges } from './surge.ts';

export interface LookOptions {
  readonly client: Client;
  readonly targets: Pick<Targets, 'get'>;
  readonly profiles: (namespace: string) => readonly Listed[];
  readonly budget: Key;
  readonly spec: () => Budget;
  /** What scaling wants of a profile; undefined: what it has. */
  readonly wanted: (profile: string) => number | undefined;
  /** The highest floor that a new pod may boot with, when a profile asks for `floor`. */
  readonly bootFloor: (profile: string, floor: number) => number;
  /** Name of the pooler's container. */
  readonly container: string;
}

/** @throws when anything is not known for sure */
export type Look = (ledger: Ledger) => Promise<Scene>;

export function createLook(options: LookOptions): Look {
  const { client, budget, profiles } = options;
  return async (ledger) => {
    const { members, former, elsewhere } = membership(
      budget.name,
      profiles(budget.namespace),
      ledger,
    );
    const views = await Promise.all(members.map((member) => lookAt(options, member, ledger)));
    const left = await Promise.all(former.map((profile) => podsLeft(options, profile, ledger)));
    const pods = unique([...views.flatMap((view) => view.pods), ...left.flat()]);
    const missing = ledger.leases.filter(
      ({ uid, profile }) => !pods.has(uid) && !elsewhere.has(profile),
    );
    if (missing.length > 0) {
      const all = await listRunningPods(client, budget.namespace, undefined);
      for (const pod of stillThere(options, missing, all)) pods.set(pod.uid, pod);
    }
    return {
      profiles: withSurges(
        options.spec(),
        views.map((view) => view.rollout),
      ),
      pods: [...pods.values()],
    };
  };
}

interface View {
  readonly rollout: Rollout;
  readonly pods: readonly PodSeen[];
}

async function lookAt(options: LookOptions, member: Member, ledger: Ledger): Promise<View> {
  const { name, weight, directPool } = member;
  const floor = options.bootFloor(name, member.floor);
  const share = ledger.profiles.find((each) => each.name === name);
  const found = await findTarget(options, member);
  const target = found === 'unknown' ? undefined : found;
  const workload = target && (await readWorkload(options.client, target));
  // Of a target that we may not look at nothing is taken back.
  const askedReplicas = workload?.replicas ?? (found === 'unknown' ? (share?.replicas ?? 0) : 0);
  const wantedReplicas = options.wanted(name) ?? askedReplicas;
  const maxSurge = workload?.maxSurge ?? share?.surge ?? 0;
  const rollout = { name, floor, weight, maxSurge, askedReplicas, wantedReplicas };
  const leases = leasesByUid(ledger);
  const pods = target ? await podsOf(options, target) : [];
  const seen = pods.map((pod) =>
    toSeen(pod, options.container, {
      profile: name,
      // It may have booted with the floor of its lease, and boots with the present one next time.
      floor: Math.max(floor, leases.get(pod.uid)?.floor ?? 0),
      directPool,
    }),
  );
  return { rollout, pods: seen };
}

/** A former member's pods that have a pooler or a lease: until they are replaced they hold what they hold. */
async function podsLeft(
  options: LookOptions,
  profile: Former,
  ledger: Ledger,
): Promise<readonly PodSeen[]> {
  const found = await findTarget(options, profile);
  if (found === undefined || found === 'unknown') return [];
  const leases = leasesByUid(ledger);
  const own = ledger.leases.filter((lease) => lease.profile === profile.name);
  const floor = Math.max(1, ...own.map((lease) => lease.floor));
  const pods = await podsOf(options, found);
  return pods
    .filter(({ uid, sidecars }) => leases.has(uid) || sidecars.has(options.container))
    .map((pod) => {
      const lease = leases.get(pod.uid);
      return toSeen(pod, options.container, {
        profile: profile.name,
        floor: lease?.floor ?? floor,
        directPool: lease?.connections ?? 0,
      });
    });
}

function stillThere(
  { container }: LookOptions,
  leases: readonly Lease[],
  pods: readonly RunningPod[],
): readonly PodSeen[] {
  const byUid = new Map(pods.map((pod) => [pod.uid, pod]));
  return leases.flatMap(({ uid, profile, floor, connections }) => {
    const pod = byUid.get(uid);
    return pod ? [toSeen(pod, container, { profile, floor, directPool: connections })] : [];
  });
}

/** @returns undefined: there is none; 'unknown': we may not look */
async function findTarget(
  { targets, budget }: LookOptions,
  { target: ref }: Former,
): Promise<Target | undefined | 'unknown'> {
  try {
    const found = await targets.get(ref, budget.namespace);
    return found.ok ? found.target : undefined;
  } catch (error) {
    if (error instanceof ApiError && isForGood(error)) return 'unknown';
    throw error;
  }
}

async function podsOf(
  { client, budget }: LookOptions,
  { selector }: Target,
): Promise<readonly RunningPod[]> {
  return selector === '' ? [] : listRunningPods(client, budget.namespace, selector);
}

type Terms = Pick<PodSeen, 'profile' | 'directPool'> & { readonly floor: number };

function toSeen(pod: RunningPod, container: string, terms: Terms): PodSeen {
  const { uid, name, address, isTerminating, sidecars } = pod;
  const { profile, directPool, floor } = terms;
  const run = sidecars.get(container);
  const { restarts = 0 } = run ?? {};
  const containerId = run?.hasRun ? `run-${restarts}` : '';
  const pooler = run && { containerId, restarts, floor };
  return { uid, name, profile, address, isTerminating, pooler, directPool };
}

/** Of a pod that two selectors choose the first profile's. */
function unique(pods: readonly PodSeen[]): Map<string, PodSeen> {
  return new Map(pods.toReversed().map((pod) => [pod.uid, pod]));
}

function leasesByUid({ leases }: Ledger): ReadonlyMap<string, Lease> {
  return new Map(leases.map((lease) => [lease.uid, lease]));
}
