/** Which profiles scale which target: where several claim one, only the oldest acts. */
import { z } from 'zod';
import type { ProfileSpec } from './api/profile.ts';
import { idOf, type Key } from './kubernetes/collection.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';

/** The oldest other profile with the same target. */
export interface Rival {
  /** `namespace/name`. */
  readonly profile: string;
  /** It acts, and this one does not. */
  readonly isOlder: boolean;
}

export interface Claims {
  /** Note what a profile scales, in place of what it scaled before; nothing if that cannot be read. */
  readonly stake: (stored: StoredProfile) => void;
  /** The profile scales nothing any more. */
  readonly release: (key: Key) => void;
  readonly rivalOf: (key: Key) => Rival | undefined;
}

interface Claim {
  readonly profile: string;
  readonly target: string;
  /** Sorts by age, then by name. */
  readonly seniority: string;
}

const targeting = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
  }),
});

export function createClaims(): Claims {
  const claims = new Map<string, Claim>();
  const byTarget = new Map<string, Map<string, Claim>>();

  function release(profile: string): void {
    const claim = claims.get(profile);
    const sharers = claim && byTarget.get(claim.target);
    claims.delete(profile);
    sharers?.delete(profile);
    if (claim && sharers?.size === 0) byTarget.delete(claim.target);
  }

  return {
    stake: (stored) => {
      const profile = idOf(stored.key);
      release(profile);
      const target = targetOf(stored);
      if (target === undefined) return;
      const claim = { profile, target, seniority: `${stored.createdAt} ${profile}` };
      claims.set(profile, claim);
      const sharers = byTarget.get(target) ?? new Map<string, Claim>();
      byTarget.set(target, sharers.set(profile, claim));
    },
    release: (key) => release(idOf(key)),
    rivalOf: (key) => {
      const claim = claims.get(idOf(key));
      const sharers = claim && byTarget.get(claim.target);
      const [oldest] = [...(sharers?.values() ?? [])]
        .filter((other) => other !== claim)
        .toSorted((one, other) => (one.seniority < other.seniority ? -1 : 1));
      if (!claim || !oldest) return undefined;
      return { profile: oldest.profile, isOlder: oldest.seniority < claim.seniority };
    },
  };
}

/** The version of its group says nothing about which object it is. */
function targetOf({ key, object }: StoredProfile): string | undefined {
  const parsed = targeting.safeParse(object);
  if (!parsed.success) return undefined;
  const { apiVersion, kind, name } = parsed.data.spec.scaleTargetRef;
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return [key.namespace, group, kind, name].join('/');
}

/** For whoever has a rival. */
export function rivalSentence(
  { scaleTargetRef: { kind, name } }: ProfileSpec,
  rival: Rival,
): string {
  const { profile, isOlder } = rival;
  const who = isOlder ? 'is older, so only it does' : 'is younger, so only this one does';
  return `ScaleProfile ${profile} scales ${kind} ${name} too; it ${who}`;
}
