import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTo, emptyHistogram, quantileOf } from './histogram.ts';

test('nothing measured has no quantile', () => {
  expect(quantileOf(emptyHistogram(), 0.5)).toBeUndefined();
});

test('every quantile is within 2 % of the exact one', () => {
  const latencies = fc.array(fc.double({ min: 0.2, max: 60_000, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, quantile) => {
      const histogram = emptyHistogram();
      for (const value of values) addTo(histogram, value);
      const rank = Math.max(1, Math.ceil(quantile * values.length));
      const exact = values.toSorted((a, b) => a - b)[rank - 1] ?? Number.NaN;
      const ratio = (quantileOf(histogram, quantile) ?? Number.NaN) / exact;
      expect(ratio).toBeGreaterThan(0.98);
      expect(ratio).toBeLessThan(1.0201);
    }),
  );
});
