/** Take sidecars away from workloads that nobody wants them in any more: the profile is gone, or has another target. */
import { parseProfile } from '../api/profile.ts';
import type { Profiles, StoredProfile } from '../kubernetes/profiles.ts';
import type { Templates, Workload } from '../kubernetes/templates.ts';
import type { Log } from '../log.ts';
import { sidecarAnnotations, sidecarLabel, sidecarManager } from './names.ts';

export interface SweepOptions {
  readonly templates: Templates;
  readonly profiles: Pick<Profiles, 'get'>;
  readonly namespace: string | undefined;
  readonly isLeading: () => boolean;
  readonly log: Log;
}

/**
 * Look at every workload that has sidecars.
 *
 * @returns how many there are
 * @throws what the API server refuses, but for a removal, which is logged
 */
export async function sweep(options: SweepOptions): Promise<number> {
  const { templates, profiles, namespace, isLeading, log } = options;
  const workloads = await templates.labelled(namespace, sidecarLabel);
  for (const { kind, key, uid, annotations } of workloads) {
    const name = annotations[sidecarAnnotations.profile];
    if (name === undefined) continue;
    const profile = await profiles.get({ namespace: key.namespace, name });
    if (isWanted(profile, { kind, key })) continue;
    if (!isLeading()) break;
    try {
      await templates.apply({ kind, key, uid }, undefined, sidecarManager);
      log.info({ profile: name, target: key }, 'sidecars removed');
    } catch (error) {
      log.warn({ profile: name, target: key, error }, 'sidecars not removed');
    }
  }
  return workloads.length;
}

/** A profile that is invalid or only observes keeps what it has. */
function isWanted(
  profile: StoredProfile | undefined,
  { kind, key }: Pick<Workload, 'kind' | 'key'>,
): boolean {
  if (!profile) return false;
  const parsed = parseProfile(profile.object);
  if (!parsed.ok || parsed.profile.spec.mode === 'Observe') return true;
  const { sidecars, scaleTargetRef } = parsed.profile.spec;
  const isTarget = scaleTargetRef.kind === kind && scaleTargetRef.name === key.name;
  return sidecars !== undefined && isTarget;
}
