import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createElection,
  type Election,
  leaseDurationMs,
  renewDeadlineMs,
  retryMs,
} from './election.ts';
import type { LeaseStore, StoredLease } from './lease.ts';

/** One lease shared by several candidates, each with a link that may be cut. */
class Registry {
  stored: StoredLease | undefined;
  /** Called when a write has been stored, before it is answered. */
  onPut = () => {};
  #version = 0;

  storeFor(link: { isCut: boolean; losesAnswers: boolean }): LeaseStore {
    const pass = <Answer>(answer: () => Answer) => {
      if (link.isCut) throw new Error('the link is cut');
      const given = answer();
      if (link.losesAnswers) throw new Error('the answer was lost');
      return given;
    };
    return {
      get: async () => pass(() => this.stored),
      put: async (record, version) =>
        pass(() => {
          if (version !== this.stored?.version) return undefined;
          this.#version += 1;
          this.stored = { record, version: String(this.#version) };
          this.onPut();
          return this.stored;
        }),
    };
  }
}

interface Candidate {
  readonly election: Election;
  readonly link: { isCut: boolean; losesAnswers: boolean };
}

/** Candidates whose wall clocks differ by `skewMs` each; they share only the passing of time. */
function startWorld(skewsMs: readonly number[]) {
  let nowMs = 0;
  const registry = new Registry();
  const candidates = skewsMs.map((skewMs, index): Candidate => {
    const link = { isCut: false, losesAnswers: false };
    // Each machine's monotonic clock starts anywhere.
    const clock = {
      monotonicMs: () => nowMs + index * 12_345,
      wallMs: () => 1.8e12 + nowMs + skewMs,
    };
    return { election: createElection(registry.storeFor(link), `candidate-${index}`, clock), link };
  });
  const attempt = (index: number) => candidates[index]?.election.attempt().catch(() => undefined);
  const leaders = () =>
    candidates.flatMap(({ election }, index) => (election.isLeading() ? [index] : []));
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { registry, candidates, attempt, leaders, advance };
}

test('the first to try leads, the second waits', async () => {
  const world = startWorld([0, 0]);
  await world.attempt(0);
  await world.attempt(1);
  expect(world.leaders()).toEqual([0]);
  expect(world.registry.stored?.record).toMatchObject({ holder: 'candidate-0', transitions: 0 });
});

test('a leader that renews leads on', async () => {
  const world = startWorld([0, 0]);
  for (let step = 0; step < 30; step += 1) {
    await world.attempt(0);
    await world.attempt(1);
    world.advance(retryMs);
    expect(world.leaders()).toEqual([0]);
  }
});

test('a killed leader is followed after its lease, and not before', async () => {
  const world = startWorld([0, 0]);
  await world.attempt(0);
  await world.attempt(1);
  world.advance(leaseDurationMs - 1);
  await world.attempt(1);
  expect(world.leaders()).toEqual([]);
  world.advance(1);
  await world.attempt(1);
  expect(world.leaders()).toEqual([1]);
  expect(world.registry.stored?.record.transitions).toBe(1);
});

test('a leader that cannot renew stops by itself at the deadline', async () => {
  const world = startWorld([0]);
  await world.attempt(0);
  for (const { link } of world.candidates) link.isCut = true;
  world.advance(renewDeadlineMs - 1);
  await world.attempt(0);
  expect(world.leaders()).toEqual([0]);
  world.advance(1);
  expect(world.leaders()).toEqual([]);
});

test('a renewal counts from before it was sent, however late its answer', async () => {
  const world = startWorld([0]);
  await world.attempt(0);
  world.advance(retryMs);
  world.registry.onPut = () => world.advance(4000);
  await world.attempt(0);
  world.advance(renewDeadlineMs - 4000 - 1);
  expect(world.leaders()).toEqual([0]);
  world.advance(1);
  expect(world.leaders()).toEqual([]);
});

test('a released lease is free at once', async () => {
  const world = startWorld([0, 0]);
  await world.attempt(0);
  await world.attempt(1);
  await world.candidates[0]?.election.release();
  await world.attempt(1);
  expect(world.leaders()).toEqual([1]);
});

test('a leader that finds another holder stops at once', async () => {
  const world = startWorld([0, 0]);
  await world.attempt(0);
  const record = { holder: 'somebody', durationSeconds: 15, acquiredAt: '', renewedAt: '' };
  world.registry.stored = { version: 'x', record: { ...record, transitions: 9 } };
  await world.attempt(0);
  expect(world.leaders()).toEqual([]);
});

/** What goes wrong, or right again, before all candidates try once more. */
const happening = fc.record({
  index: fc.nat(2),
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant('nothing' as const) },
    fc.constantFrom('cut' as const, 'lose' as const, 'mend' as const, 'release' as const),
  ),
  /** This one is asleep this time. */
  asleep: fc.nat(5),
  ms: fc.constantFrom(500, retryMs, 3000, 4000),
});

test('never do two lead, whatever the clocks say and the links lose', async () => {
  const skews = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 3, maxLength: 3 });
  const happenings = fc.array(happening, { minLength: 10, maxLength: 60 });
  let terms = 0;
  await fc.assert(
    fc.asyncProperty(skews, happenings, async (skewsMs, steps) => {
      const world = startWorld(skewsMs);
      for (const { index, kind, asleep, ms } of steps) {
        world.advance(ms);
        const link = world.candidates[index]?.link;
        if (link && kind === 'cut') link.isCut = true;
        if (link && kind === 'lose') link.losesAnswers = true;
        if (link && kind === 'mend') Object.assign(link, { isCut: false, losesAnswers: false });
        if (kind === 'release') await world.candidates[index]?.election.release().catch(() => {});
        for (const each of [0, 1, 2]) if (each !== asleep) await world.attempt(each);
        expect(world.leaders().length).toBeLessThanOrEqual(1);
      }
      terms += world.registry.stored?.record.transitions ?? 0;
    }),
    { numRuns: 300 },
  );
  expect(terms).toBeGreaterThan(100);
});
