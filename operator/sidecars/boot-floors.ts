/** With which floor a pod's pooler may boot: what the files say, and for a while what they said before. */
import { idOf, type Key } from '../kubernetes/collection.ts';

/** Longer than the kubelet may take to notice that a Secret has changed. */
const staleMs = 300_000;

export interface BootFloors {
  /** Note that the files of a profile's poolers say this floor now. */
  readonly note: (profile: Key, floor: number) => void;
  /** The highest floor that a pooler may boot with now, `wanted` by the profile. */
  readonly of: (profile: Key, wanted: number) => number;
}

export function createBootFloors(wallMs: () => number): BootFloors {
  /** When each floor was last seen in the files, by profile. */
  const seen = new Map<string, Map<number, number>>();

  function recentOf(profile: Key): Map<number, number> {
    const recent = seen.get(idOf(profile)) ?? new Map<number, number>();
    for (const [floor, atMs] of recent) if (wallMs() - atMs > staleMs) recent.delete(floor);
    return recent;
  }

  return {
    note: (profile, floor) => {
      seen.set(idOf(profile), recentOf(profile).set(floor, wallMs()));
    },
    of: (profile, wanted) => Math.max(wanted, ...recentOf(profile).keys()),
  };
}
