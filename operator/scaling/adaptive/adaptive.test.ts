import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AdaptiveProposal, proposeAdaptively } from './adaptive.ts';
import { type AdaptiveMemory, afterFailedReading, noAdaptiveMemory } from './memory.ts';
import { prime } from './prime.ts';
import { EMPTY_RING, rememberMinutes } from './ring.ts';
import { horizonOf } from './settings.ts';

const settings = {
  capacityPerReplica: 50,
  syncPeriodSeconds: 5,
  leadTimeSeconds: 45,
  costRatio: 1.03,
  holdSeconds: 180,
  minReplicas: 2,
  maxReplicas: 400,
};
const DAY_SECONDS = 86_400;

type Load = (second: number) => number;

/** Passes every 5 s, each following its own proposals, from a first second to before a last one. */
function follow(load: Load, first: number, last: number, start?: AdaptiveProposal) {
  let memory: AdaptiveMemory = start?.memory ?? noAdaptiveMemory(first * 1000, settings);
  let currentReplicas = start?.replicas ?? settings.minReplicas;
  const proposals: AdaptiveProposal[] = [];
  for (let second = first; second < last; second += 5) {
    const view = {
      nowMs: second * 1000,
      sampleAtMs: (second - 5) * 1000,
      load: load(second),
      currentReplicas,
    };
    const proposal = proposeAdaptively(view, settings, memory);
    proposals.push(proposal);
    memory = proposal.memory;
    currentReplicas = Math.max(settings.minReplicas, proposal.replicas);
  }
  return proposals;
}

const replicasOf = (proposals: readonly AdaptiveProposal[]) =>
  proposals.map(({ replicas }) => replicas);

test.each([
  { leadTimeSeconds: 10, syncPeriodSeconds: 5, lagSeconds: 5, want: 35 },
  { leadTimeSeconds: 45, syncPeriodSeconds: 5, lagSeconds: 5, want: 70 },
  { leadTimeSeconds: 45, syncPeriodSeconds: 15, lagSeconds: 4, want: 75 },
  { leadTimeSeconds: 1, syncPeriodSeconds: 300, lagSeconds: 0, want: 300 },
])('$leadTimeSeconds s of lead every $syncPeriodSeconds s look $want s ahead', (row) => {
  expect(horizonOf(row, row.lagSeconds)).toBe(row.want);
});

test('a steady load needs its replicas and square-root staffing', () => {
  const [first] = follow(() => 500, 0, 5);
  expect(first?.need).toBeCloseTo((500 + 0.354 * Math.sqrt(500 * 50)) / 47.5, 2);
  expect(first?.replicas).toBe(Math.ceil(1.1 * (first?.need ?? 0)));
});

test('a steady load is left alone', () => {
  expect(new Set(replicasOf(follow(() => 500, 0, 3600))).size).toBe(1);
});

test('after a fall nothing moves for the hold', () => {
  const counts = replicasOf(follow((second) => (second < 1200 ? 1000 : 100), 0, 1800));
  const high = counts[1200 / 5 - 1];
  expect(counts.slice(1200 / 5, 1375 / 5)).toEqual(Array(35).fill(high));
  expect(counts.at(-1)).toBeLessThan(10);
});

test('a failed reading holds for the hold and 30 s after it', () => {
  const before = follow((second) => (second < 1200 ? 1000 : 100), 0, 1370).at(-1);
  const blind = before && { ...before, memory: afterFailedReading(before.memory, 1_370_000) };
  const counts = replicasOf(follow(() => 100, 1375, 1800, blind));
  const firstFall = counts.findIndex((count) => count < (before?.replicas ?? 0));
  expect(1375 + firstFall * 5).toBe(1370 + 210);
});

test('missed passes hold like failed readings, one or two do not', () => {
  const load: Load = (second) => (second < 1200 ? 1000 : 100);
  const firstFallAfter = (gap: number) => {
    const before = follow(load, 0, 1370).at(-1);
    const counts = replicasOf(follow(load, 1365 + gap, 1800, before));
    return 1365 + gap + 5 * counts.findIndex((count) => count < (before?.replicas ?? 0));
  };
  expect([5, 10, 15].map(firstFallAfter)).toEqual([1375, 1375, 1380]);
  expect(firstFallAfter(20)).toBe(1385 + 210);
});

test('what rose at this hour on other days is prepared for today', () => {
  const load = (minute: number) => (minute % 1440 >= 600 && minute % 1440 < 660 ? 600 : 200);
  const minutes = Array.from({ length: 8 * 1440 }, (_, minute) => [minute, load(minute)] as const);
  const history = rememberMinutes(EMPTY_RING, minutes);
  const first = 8 * DAY_SECONDS + 35_400;
  const memory = prime(noAdaptiveMemory(first * 1000, settings), history, settings);
  const start = { memory, replicas: 6, need: 0, reason: '' };
  const last = (seconds: number) => follow(() => 200, first, first + seconds, start).at(-1);
  expect(last(300)?.replicas).toBeLessThan(10);
  expect(last(600)?.replicas).toBeGreaterThanOrEqual(600 / settings.capacityPerReplica);
  expect(last(600)?.reason).toMatch(/of such rises \((day|week)\) came true/);
});

test('the sentence has every part with its number', () => {
  expect(follow(() => 500, 0, 300).at(-1)?.reason).toBe(
    'load 500 on the 30 s mean, + 55.97 for recent misses, x 1.00 to keep cost near 1.03 x HPA',
  );
});

test('same inputs, same bytes; and nothing but the memory is remembered', () => {
  const load: Load = (second) => 300 + 200 * Math.sin(second / 300) + (second % 35);
  const once = follow(load, 0, 7200);
  const again = follow(load, 0, 7200);
  const bytes = (proposals: readonly AdaptiveProposal[]) =>
    JSON.stringify(proposals.map(({ memory: { kept }, ...rest }) => ({ kept, ...rest })));
  expect(bytes(again)).toBe(bytes(once));
  expect(again.at(-1)?.memory.ring).toEqual(once.at(-1)?.memory.ring);
  const middle = once[700];
  const copied = middle && structuredClone(middle);
  expect(replicasOf(follow(load, 701 * 5, 7200, copied))).toEqual(replicasOf(once.slice(701)));
});

test('without the ring of the last days every other decision stays the same', () => {
  const load: Load = (second) => 300 + 200 * Math.sin(second / 300);
  const once = follow(load, 0, 7200);
  const middle = once[700];
  const restarted = middle && { ...middle, memory: { kept: middle.memory.kept, ring: EMPTY_RING } };
  expect(replicasOf(follow(load, 701 * 5, 7200, restarted))).toEqual(replicasOf(once.slice(701)));
});

test('memory stays bounded', () => {
  const sizes = follow((second) => 300 + (second % 61), 0, 14_400).map(
    ({ memory }) => JSON.stringify(memory.kept).length,
  );
  expect(Math.max(...sizes)).toBeLessThan(12_000);
  expect(Math.max(...sizes.slice(-720))).toBeLessThan(1.1 * Math.max(...sizes.slice(720, 1440)));
});

test('whatever the loads: finite needs, and no fall below a need that is held', () => {
  const loads = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), {
    minLength: 50,
    maxLength: 150,
  });
  fc.assert(
    fc.property(loads, (all) => {
      const proposals = follow((second) => all[second / 5] ?? 0, 0, all.length * 5);
      proposals.forEach(({ replicas, need }, index) => {
        const current = proposals[index - 1]?.replicas ?? settings.minReplicas;
        const held = proposals.slice(Math.max(0, index - 35), index + 1).map((one) => one.need);
        expect(need).toBeLessThan(Infinity);
        if (replicas < current) expect(replicas).toBeGreaterThan(Math.max(...held) - 1e-6);
      });
    }),
    { numRuns: 50 },
  );
});
