/** How connections are shared: water-filling by weight, first over demand, then over what is left. */
import { sum } from './ledger.ts';

export interface Claim {
  readonly id: string;
  /** Never given less. */
  readonly floor: number;
  readonly weight: number;
  /** What it could use now. */
  readonly demand: number;
  /** What it has now. */
  readonly current: number;
}

interface Vessel {
  readonly floor: number;
  /** Never filled above, unless the floor is. */
  readonly ceiling: number;
  readonly weight: number;
}

/** Grants stand while nobody is short and at least this part of the capacity is given out. */
const enoughGivenOut = 0.9;

/**
 * Whole connections for each claim, their sum at most `capacity` unless the floors alone exceed it. Demand is served
 * first, evenly by weight where it cannot be served whole. The rest is spread too, for an idle connection elsewhere
 * helps nobody. What is granted stays as it is while nobody is short of what it would get.
 */
export function grants(claims: readonly Claim[], capacity: number): ReadonlyMap<string, number> {
  const served = fill(
    claims.map(({ floor, demand, weight }) => ({ floor, ceiling: demand, weight })),
    capacity,
  );
  const spread = fill(
    claims.map(({ weight }, index) => ({
      floor: served[index] ?? 0,
      ceiling: Number.POSITIVE_INFINITY,
      weight,
    })),
    capacity,
  );
  const stands = mayStand(claims, served, sum(spread), capacity);
  return new Map(
    claims.map(({ id, current }, index) => [id, stands ? current : (spread[index] ?? 0)]),
  );
}

function mayStand(
  claims: readonly Claim[],
  served: readonly number[],
  wanted: number,
  capacity: number,
): boolean {
  const given = sum(claims.map(({ current }) => current));
  const isShort = claims.some(({ current }, index) => current < (served[index] ?? 0));
  return !isShort && given <= capacity && given >= enoughGivenOut * wanted;
}

/**
 * Fill all vessels to one level, each `weight` wide, as far as `capacity` goes. What whole connections leave over goes
 * one each to those that come next, in order.
 */
export function fill(vessels: readonly Vessel[], capacity: number): readonly number[] {
  if (vessels.length === 0) return [];
  const at = (level: number) => vessels.map((vessel) => heightAt(vessel, level));
  const isTooMuch = (level: number) => sum(at(level)) > capacity;
  if (isTooMuch(0)) return at(0);
  let low = 0;
  let high = Math.max(1, capacity);
  if (!isTooMuch(high)) return at(high);
  // The level where the sum last fits; far finer than the steps of any vessel that people would configure.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (isTooMuch(middle)) high = middle;
    else low = middle;
  }
  return topUp(vessels, at(low), at(high), capacity);
}

function heightAt({ floor, ceiling, weight }: Vessel, level: number): number {
  return Math.max(floor, Math.min(ceiling, Math.floor(level * weight)));
}

/** Vessels that rise at the same level cannot all have the next whole connection: the first ones do. */
function topUp(
  vessels: readonly Vessel[],
  heights: readonly number[],
  next: readonly number[],
  capacity: number,
): readonly number[] {
  let left = capacity - sum(heights);
  return vessels.map((_, index) => {
    const height = heights[index] ?? 0;
    const step = Math.min(left, (next[index] ?? height) - height);
    left -= step;
    return height + step;
  });
}
