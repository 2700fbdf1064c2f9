import { expect, test } from 'vitest';
import type { Profiles, StoredProfile } from './kubernetes/profiles.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { recall } from './recall.ts';
import { createReporter } from './reporter.ts';

const storedOf = (name: string): StoredProfile => ({
  key: { namespace: 'lms', name },
  uid: name,
  generation: 1,
  createdAt: '',
  resourceVersion: '1',
  object: {},
  status: undefined,
});

/** Twenty reports at once while scales are being written or not, and how many of them are being written. */
async function writesAtOnce(isScaling: boolean): Promise<number> {
  let writes = 0;
  const profiles: Profiles = {
    get: async () => undefined,
    applyStatus: () => {
      writes += 1;
      return Promise.withResolvers<string>().promise;
    },
  };
  const reporter = createReporter({
    ...{ profiles, log: createLog('silent'), metrics: createMetrics(() => true) },
    events: { create: async () => undefined },
    isLeading: () => true,
    wallMs: () => 0,
    isScaling: () => isScaling,
  });
  for (let index = 0; index < 20; index += 1) {
    const stored = storedOf(`profile-${index}`);
    reporter.report(stored, recall(stored, 0), {}, []);
  }
  await new Promise((resolve) => setImmediate(resolve));
  return writes;
}

test('eight reports are written at once, and one beside writes of scales', async () => {
  expect(await writesAtOnce(false)).toBe(8);
  expect(await writesAtOnce(true)).toBe(1);
});
