import { expect, test } from 'vitest';
import { createElection } from './kubernetes/election.ts';
import type { LeaseStore, StoredLease } from './kubernetes/lease.ts';
import { campaign } from './leadership.ts';
import { createVirtualTiming } from './testing/virtual-timing.ts';

/** Candidates for one lease in one virtual time; `log` says what happened at which second. */
function startCampaigns(names: readonly string[]) {
  const timing = createVirtualTiming();
  const log: string[] = [];
  const say = (text: string) => log.push(`${timing.monotonicMs() / 1000} ${text}`);
  let stored: StoredLease | undefined;
  const cut = new Set<string>();
  const storeOf = (name: string): LeaseStore => ({
    get: async () => {
      if (cut.has(name)) throw new Error('cut');
      return stored;
    },
    put: async (record, version) => {
      if (cut.has(name)) throw new Error('cut');
      if (version !== stored?.version) return undefined;
      stored = { record, version: `${Number(stored?.version ?? 0) + 1}` };
      return stored;
    },
  });
  const candidates = names.map((name) => {
    const stopping = new AbortController();
    const election = createElection(storeOf(name), name, timing);
    const done = campaign({
      election,
      timing,
      signal: stopping.signal,
      lead: async (signal) => {
        say(`${name} leads`);
        await timing.sleep(1e9, signal);
        say(`${name} ends`);
        // A pass in flight.
        await timing.sleep(500, new AbortController().signal);
        say(`${name} is done`);
      },
      onAttempt: () => undefined,
    });
    return { stop: () => stopping.abort(), done };
  });
  return { timing, log, cut, candidates };
}

test('one leads, the other follows, for as long as it renews', async () => {
  const { timing, log } = startCampaigns(['a', 'b']);
  await timing.advance(60_000);
  expect(log).toEqual(['0 a leads']);
});

test('a graceful stop ends the work, then frees the lease, and the next leads within 2 s', async () => {
  const { timing, log, candidates } = startCampaigns(['a', 'b']);
  await timing.advance(5000);
  candidates[0]?.stop();
  await timing.advance(10_000);
  await candidates[0]?.done;
  expect(log).toEqual(['0 a leads', '5 a ends', '5.5 a is done', '6 b leads']);
});

test('a leader cut off ends 10 s after its last renewal, before another begins', async () => {
  const { timing, log, cut } = startCampaigns(['a', 'b']);
  await timing.advance(4000);
  cut.add('a');
  await timing.advance(30_000);
  expect(log).toEqual(['0 a leads', '14 a ends', '14.5 a is done', '20 b leads']);
});

test('one that lost leads again when it can', async () => {
  const { timing, log, cut } = startCampaigns(['a']);
  await timing.advance(1000);
  cut.add('a');
  await timing.advance(19_000);
  cut.delete('a');
  await timing.advance(5000);
  expect(log).toEqual([
    '0 a leads',
    '10 a ends',
    '10.5 a is done',
    expect.stringMatching(/ a leads$/),
  ]);
});

test('what the work throws ends the campaign', async () => {
  const timing = createVirtualTiming();
  let stored: StoredLease | undefined;
  const store: LeaseStore = {
    get: async () => stored,
    put: async (record) => {
      stored = { record, version: '1' };
      return stored;
    },
  };
  const done = campaign({
    election: createElection(store, 'a', timing),
    timing,
    signal: new AbortController().signal,
    lead: async () => {
      throw new Error('a bug');
    },
    onAttempt: () => undefined,
  });
  await expect(done).rejects.toThrow('a bug');
});
