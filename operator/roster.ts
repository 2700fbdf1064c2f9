/** The profiles of a term, as the API server holds them and as the operator knows them. */
import { type Claims, createClaims } from './claims.ts';
import type { Follower, Key } from './kubernetes/collection.ts';
import { idOf } from './kubernetes/collection.ts';
import { type StoredProfile, toStored } from './kubernetes/profiles.ts';
import { type Known, recall } from './recall.ts';

interface Entry {
  stored: StoredProfile;
  readonly known: Known;
}

export interface RosterOptions {
  readonly wallMs: () => number;
  /** All profiles that there were when the term began; once. */
  readonly onFirstList: (keys: readonly Key[]) => void;
  /** Made, or its spec changed, or gone. */
  readonly onChange: (key: Key) => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface Roster {
  readonly get: (key: Key) => Entry | undefined;
  /** Whether a watch shows every change: else what is known may be out of date. */
  readonly isCurrent: () => boolean;
  /** Take in what the API server holds now; undefined: it is gone. @returns whether a pass should look at once */
  readonly update: (key: Key, stored: StoredProfile | undefined) => boolean;
  /** Who else scales its target. */
  readonly rivalOf: Claims['rivalOf'];
  readonly all: () => readonly Entry[];
  readonly follower: Follower;
}

export function createRoster({ wallMs, onFirstList, onChange, onTrouble }: RosterOptions): Roster {
  const entries = new Map<string, Entry>();
  const claims = createClaims();
  let isListed = false;
  let isCurrent = false;

  function update(key: Key, stored: StoredProfile | undefined): boolean {
    const id = idOf(key);
    const before = entries.get(id);
    if (stored) claims.stake(stored);
    else claims.release(key);
    if (!stored) return entries.delete(id);
    if (before?.known.uid !== stored.uid) {
      // Its status is taken up here and need not be held twice.
      const known = recall(stored, wallMs());
      entries.set(id, { stored: { ...stored, status: undefined }, known });
      return true;
    }
    const isSame = before.stored.generation === stored.generation;
    const object = isSame ? before.stored.object : stored.object;
    before.stored = { ...stored, object, status: undefined };
    return !isSame;
  }

  return {
    get: (key) => entries.get(idOf(key)),
    isCurrent: () => isCurrent,
    update,
    rivalOf: claims.rivalOf,
    all: () => [...entries.values()],
    follower: {
      onObject: (key, object) => {
        const isNews = update(key, toStored(object));
        if (isNews && isListed) onChange(key);
      },
      onDelete: (key) => {
        if (update(key, undefined)) onChange(key);
      },
      onListed: () => {
        if (isListed) return;
        isListed = true;
        onFirstList([...entries.values()].map(({ stored }) => stored.key));
      },
      onWatching: () => {
        isCurrent = true;
      },
      onTrouble: (error) => {
        isCurrent = false;
        onTrouble(error);
      },
    },
  };
}
