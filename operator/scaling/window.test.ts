import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowAt } from './window.ts';

const minuteMs = 60_000;
const start = Date.UTC(2026, 2, 28);

/** Every start within the duration before `nowMs`, asked of the calendar one by one. */
function newestStart(opens: string, timeZone: string, durationMs: number, nowMs: number) {
  const calendar = new Cron(opens, { timezone: timeZone, paused: true });
  let newest: number | undefined;
  let run = calendar.nextRun(new Date(nowMs - durationMs));
  while (run && run.getTime() <= nowMs) {
    newest = run.getTime();
    run = calendar.nextRun(run);
  }
  return newest === undefined ? { opensMs: run?.getTime() } : { openedMs: newest };
}

test('what was found before changes no answer, whichever way the clock goes', () => {
  const opening = fc.record({
    opens: fc.constantFrom('*/20 * * * *', '30 2 * * *', '15 */3 * * 6,0', '0 12 29 3 *'),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
    durationSeconds: fc.constantFrom(600, 1200, 5400, 90_000),
  });
  const minutes = fc.array(fc.nat(3 * 1440), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(opening, minutes, (of, passes) => {
      for (const minute of passes) {
        const nowMs = start + minute * minuteMs;
        const want = newestStart(of.opens, of.timeZone, of.durationSeconds * 1000, nowMs);
        expect(windowAt(of, nowMs)).toEqual(want);
      }
    }),
    { numRuns: 60 },
  );
});

test('a window ends, and the next opens, to the millisecond', () => {
  const of = { opens: '0 9 * * *', timeZone: 'UTC', durationSeconds: 3600 };
  const nine = start + 9 * 3_600_000;
  const ends = nine + 3_600_000;
  const tomorrow = nine + 86_400_000;
  expect(windowAt(of, nine - 1)).toEqual({ opensMs: nine });
  expect(windowAt(of, nine)).toEqual({ openedMs: nine });
  expect(windowAt(of, ends - 1)).toEqual({ openedMs: nine });
  expect(windowAt(of, ends)).toEqual({ opensMs: tomorrow });
});

test('a date that is past opens nothing any more', () => {
  const of = { opens: '2026-03-01T09:00:00', timeZone: 'UTC', durationSeconds: 60 };
  expect(windowAt(of, start)).toEqual({});
  expect(windowAt(of, start + 1)).toEqual({});
});
