/** Bring a profile's sidecars into its target's pods, and out again: Secrets first, then the pod template. */
import { group, type ProfileSpec, version } from '../api/profile.ts';
import type { Profiles, StoredProfile } from '../kubernetes/profiles.ts';
import { type Templates, type WorkloadKind, workloadKinds } from '../kubernetes/templates.ts';
import type { Log } from '../log.ts';
import type { Finding } from '../scaling/conditions.ts';
import type { Timing } from '../timing.ts';
import { conflictsOf, injectionOf, isApplied } from './injection.ts';
import { pooledSecretName, poolerSecretName, sidecarAnnotations, sidecarManager } from './names.ts';
import { readOwn, writeOwn } from './own-secret.ts';
import type { Renewals } from './renewals.ts';
import type { Sidecar } from './sidecar.ts';
import { sweep } from './sweep.ts';
import { observing, ready, Unready, unready } from './unready.ts';
import { type Asker, type SidecarWorld, wantedSidecars } from './wanted.ts';

export interface SidecarsOptions extends SidecarWorld {
  readonly templates: Templates;
  readonly profiles: Pick<Profiles, 'get'>;
  /** The only namespace that is watched; undefined: all. */
  readonly namespace: string | undefined;
  readonly log: Log;
  readonly renewals: Pick<Renewals, 'note'>;
}

export interface Sidecars {
  /**
   * Make the sidecars of a profile so. Asked at each pass; looks again a quarter of a minute after the last time.
   *
   * @param hadSidecars whether the last pass reported them
   * @returns the condition, or undefined for a profile that has none and wants none. Never throws: scaling goes on
   */
  readonly ensure: (
    stored: StoredProfile,
    spec: ProfileSpec,
    hadSidecars: boolean,
  ) => Promise<Finding | undefined>;
  /** Until `signal` aborts, take sidecars away from workloads whose profile is gone or has another target. */
  readonly run: (
    options: Pick<Timing, 'sleep'> & { readonly signal: AbortSignal },
  ) => Promise<void>;
}

const lookAgainMs = 15_000;
/** What is missing may be there soon. */
const tryAgainMs = 5000;
const sweepMs = 60_000;

interface Look {
  readonly atMs: number;
  readonly finding: Finding | undefined;
}

export function createSidecars(options: SidecarsOptions): Sidecars {
  /** By the object that was read, which stays the same until its spec changes. */
  const looks = new WeakMap<object, Look>();
  const { wallMs, keeper, log } = options;

  return {
    ensure: async (stored, spec, hadSidecars) => {
      if (!spec.sidecars && !hadSidecars) return undefined;
      if (spec.mode === 'Observe') return observing();
      const last = looks.get(stored.object);
      const restMs = last?.finding?.status === 'True' ? lookAgainMs : tryAgainMs;
      if (last && wallMs() - last.atMs < restMs) return last.finding;
      const finding = await look(options, stored, spec);
      looks.set(stored.object, { atMs: wallMs(), finding });
      return finding;
    },
    run: async ({ sleep, signal }) => {
      while (!signal.aborted) {
        try {
          // A new leader needs the authority as soon as there are poolers, not only at their profile's pass.
          if ((await sweep(options)) > 0) await keeper.refresh();
        } catch (error) {
          log.warn({ error }, 'sidecars not swept');
        }
        await sleep(sweepMs, signal);
      }
    },
  };
}

async function look(
  options: SidecarsOptions,
  { key, uid }: StoredProfile,
  spec: ProfileSpec,
): Promise<Finding | undefined> {
  const owner = { apiVersion: `${group}/${version}`, kind: 'ScaleProfile', name: key.name, uid };
  try {
    if (!spec.sidecars) return await remove(options, { key, owner }, spec);
    const sidecars = await wantedSidecars(options, { key, owner }, spec);
    await writeSecrets(options, { key, owner }, sidecars);
    await inject(options, { key, owner }, spec, sidecars);
    const names = sidecars.map(({ container }) => container.name);
    return ready(`${names.join(' and ')} in the pods of ${spec.scaleTargetRef.name}`);
  } catch (error) {
    return unready(error, key.namespace);
  }
}

async function writeSecrets(
  options: SidecarsOptions,
  { key: { namespace, name }, owner }: Asker,
  sidecars: readonly Sidecar[],
): Promise<void> {
  const contents = [
    ...sidecars.flatMap(({ files }) => files ?? []),
    {
      secret: pooledSecretName(name),
      data: Object.assign({}, ...sidecars.map(({ urls }) => urls)),
    },
  ];
  for (const { secret, data } of contents) {
    const key = { namespace, name: secret };
    const found = await readOwn(options, key, owner);
    const isNews = await writeOwn(options, key, owner, { found, data });
    if (isNews) options.log.info({ secret: key }, 'secret of a sidecar written');
    const writtenMs = isNews ? options.wallMs() : found?.writtenMs.get(sidecarManager);
    if (secret === poolerSecretName(name) && writtenMs !== undefined) {
      options.renewals.note({ namespace, name }, writtenMs);
    }
  }
}

async function inject(
  { templates, isLeading, log }: SidecarsOptions,
  { key }: Asker,
  spec: ProfileSpec,
  sidecars: readonly Sidecar[],
): Promise<void> {
  const workload = await findTarget(templates, key.namespace, spec);
  const injection = injectionOf(key.name, sidecars);
  const conflicts = conflictsOf(workload, injection);
  if (conflicts.length > 0) {
    const message = `${workload.kind} ${workload.key.name}: ${conflicts.join('; ')}`;
    throw new Unready('NameConflict', message);
  }
  if (isApplied(workload, injection)) return;
  if (!isLeading()) throw new Error('the lease was lost before the sidecars were applied');
  await templates.apply(workload, injection, sidecarManager);
  log.info({ profile: key, target: workload.key }, 'sidecars applied');
}

async function remove(
  { templates, isLeading, log }: SidecarsOptions,
  { key }: Asker,
  spec: ProfileSpec,
): Promise<undefined> {
  const workload = await findTarget(templates, key.namespace, spec);
  if (workload.annotations[sidecarAnnotations.profile] !== key.name) return;
  if (!isLeading()) throw new Error('the lease was lost before the sidecars were removed');
  await templates.apply(workload, undefined, sidecarManager);
  log.info({ profile: key, target: workload.key }, 'sidecars removed');
}

async function findTarget(
  templates: Templates,
  namespace: string,
  { scaleTargetRef: { kind, name } }: ProfileSpec,
) {
  const known = toWorkloadKind(kind);
  const found = known && (await templates.get(known, { namespace, name }));
  if (!found) throw new Unready('TargetNotFound', `there is no ${kind} ${name}`);
  return found;
}

function toWorkloadKind(kind: string): WorkloadKind | undefined {
  return workloadKinds.find((each) => each === kind);
}
