import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, fill, grants } from './grants.ts';
import { sum } from './ledger.ts';

const claim = (id: string, demand: number, more: Partial<Claim> = {}): Claim => ({
  id,
  floor: 2,
  weight: 1,
  demand,
  current: 2,
  ...more,
});
const given = (claims: readonly Claim[], capacity: number) => [
  ...grants(claims, capacity).values(),
];

describe('grants', () => {
  test.each([
    {
      what: 'demand is served, the rest is spread to one level',
      demands: [8, 1, 1],
      of: 12,
      to: [8, 2, 2],
    },
    {
      what: 'an idle connection goes to whoever has fewest',
      demands: [4, 0, 0],
      of: 12,
      to: [4, 4, 4],
    },
    { what: 'too much demand is cut to one level', demands: [30, 30, 3], of: 21, to: [9, 9, 3] },
    { what: 'what does not divide goes to the first', demands: [9, 9, 9], of: 20, to: [7, 7, 6] },
    { what: 'nobody falls below the floor', demands: [50, 0, 0], of: 10, to: [6, 2, 2] },
    { what: 'floors alone may exceed what there is', demands: [5, 5, 5], of: 4, to: [2, 2, 2] },
  ])('$what', ({ demands, of, to }) => {
    const claims = demands.map((demand, index) => claim(`p${index}`, demand));
    expect(given(claims, of)).toEqual(to);
  });

  test('weights count where demand cannot be served whole', () => {
    const claims = [claim('api', 40, { weight: 3 }), claim('worker', 40, { weight: 1 })];
    expect(given(claims, 20)).toEqual([15, 5]);
  });

  test('grants stand while nobody is short, though demand moved', () => {
    const claims = [claim('a', 3, { current: 9 }), claim('b', 2, { current: 3 })];
    expect(given(claims, 12)).toEqual([9, 3]);
  });

  test('grants move as soon as somebody is short', () => {
    const claims = [claim('a', 3, { current: 9 }), claim('b', 5, { current: 3 })];
    expect(given(claims, 12)).toEqual([6, 6]);
  });

  test('grants move when much lies idle, or when they no longer fit', () => {
    const claims = [claim('a', 2, { current: 4 }), claim('b', 2, { current: 4 })];
    expect(given(claims, 12)).toEqual([6, 6]);
    expect(given(claims, 6)).toEqual([3, 3]);
  });

  test('no claims, no grants', () => {
    expect(given([], 12)).toEqual([]);
  });
});

const vessels = fc.array(
  fc.record({
    floor: fc.integer({ min: 1, max: 5 }),
    ceiling: fc.integer({ min: 0, max: 30 }),
    weight: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 8 },
);
const capacity = fc.integer({ min: 0, max: 120 });
type Vessels = Parameters<typeof fill>[0];

/** What a vessel can hold at most. */
const brim = ({ floor, ceiling }: Vessels[number]) => Math.max(floor, ceiling);

describe('fill', () => {
  test('no vessel is below its floor or above its brim, and all of the capacity is used that can be', () => {
    fc.assert(
      fc.property(vessels, capacity, (each, most) => {
        const heights = fill(each, most);
        heights.forEach((height, index) => {
          const vessel = each[index];
          expect(height).toBeGreaterThanOrEqual(vessel?.floor ?? 0);
          expect(height).toBeLessThanOrEqual(vessel ? brim(vessel) : 0);
        });
        const floors = sum(each.map(({ floor }) => floor));
        const useful = Math.max(floors, Math.min(most, sum(each.map(brim))));
        expect(sum(heights)).toBe(useful);
      }),
    );
  });

  test('nobody envies: no vessel stands a whole connection higher, by weight, than one that is not full', () => {
    fc.assert(
      fc.property(vessels, capacity, (each, most) => {
        const heights = fill(each, most);
        const open = each.flatMap((vessel, index) => {
          const height = heights[index] ?? 0;
          return height < brim(vessel) ? [(height + 1) / vessel.weight] : [];
        });
        const least = Math.min(...open);
        each.forEach(({ floor, weight }, index) => {
          const height = heights[index] ?? 0;
          if (height > floor) expect(height / weight).toBeLessThanOrEqual(least + 1e-9);
        });
      }),
    );
  });
});
