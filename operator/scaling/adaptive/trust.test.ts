import fc from 'fast-check';
import { expect, test } from 'vitest';
import { believedRise, NO_RECORDS, scoreRises, trustIn } from './trust.ts';

const none = { trend: 0, day: 0, week: 0 };
const afterOne = (foreseen: Partial<typeof none>, rose: number) =>
  scoreRises(NO_RECORDS, { ...none, ...foreseen }, rose, 5);

test.each([
  { name: 'what came true is believed', foreseen: { day: 100 }, rose: 100, kind: 'day', want: 1 },
  { name: 'half true is believed half', foreseen: { day: 100 }, rose: 50, kind: 'day', want: 0.5 },
  {
    name: 'more than foreseen is not over-believed',
    foreseen: { week: 10 },
    rose: 90,
    kind: 'week',
    want: 1,
  },
  { name: 'a fall is not believed', foreseen: { week: 10 }, rose: -90, kind: 'week', want: 0 },
  {
    name: 'a trend is believed from 0.2',
    foreseen: { trend: 100 },
    rose: 21,
    kind: 'trend',
    want: 0.21,
  },
  { name: 'a trend below is not', foreseen: { trend: 100 }, rose: 19, kind: 'trend', want: 0 },
  { name: 'a season below 0.3 is not', foreseen: { day: 100 }, rose: 29, kind: 'day', want: 0 },
  { name: 'without a record there is no trust', foreseen: {}, rose: 50, kind: 'day', want: 0 },
] as const)('$name', ({ foreseen, rose, kind, want }) => {
  expect(trustIn(afterOne(foreseen, rose), kind)).toBeCloseTo(want, 12);
});

test('a record fades by half in three days of passes that foresaw a rise, and not otherwise', () => {
  const true_ = afterOne({ day: 100 }, 100);
  const faded = scoreRises(true_, { ...none, day: 100 }, 0, 3 * 86_400);
  expect(trustIn(faded, 'day')).toBeCloseTo(1 / 3, 12);
  expect(scoreRises(true_, none, 0, 3 * 86_400)).toEqual(true_);
});

test('the largest believed rise counts, and is named', () => {
  const records = scoreRises(NO_RECORDS, { trend: 100, day: 100, week: 0 }, 50, 5);
  expect(believedRise(records, { trend: 10, day: 30, week: 90 }, 1000, 50)).toEqual({
    kind: 'day',
    trust: 0.5,
    load: 15,
  });
});

test('an addition never exceeds the load or ten replicas, whichever is more', () => {
  const records = afterOne({ week: 10 }, 10);
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(amount, amount, (rise, load) => {
      const added = believedRise(records, { ...none, week: rise }, load, 50).load;
      expect(added).toBe(Math.min(rise, Math.max(load, 500)));
    }),
  );
});
