import { afterEach, expect, test, vi } from 'vitest';
import { waitFor } from './lock.ts';

afterEach(() => vi.useRealTimers());

/** What takes half a second by the clock each time, as on a process that is busy, and finds `found` at the nth time. */
function slowLook(found: string, nth: number) {
  vi.useFakeTimers({ toFake: ['performance'] });
  let looks = 0;
  const look = async () => {
    vi.advanceTimersByTime(500);
    looks += 1;
    return looks === nth ? found : undefined;
  };
  return { look, looks: () => looks };
}

test('however long a look takes, waiting ends with the time that a lock is held', async () => {
  const { look, looks } = slowLook('late', 5);
  expect(await waitFor(look)).toBeUndefined();
  expect(looks()).toBe(4);
});

test('what is found in time is returned at once', async () => {
  const { look, looks } = slowLook('value', 3);
  expect(await waitFor(look)).toBe('value');
  expect(looks()).toBe(3);
});
