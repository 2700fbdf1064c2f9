import { expect, test } from 'vitest';
import { normal, poisson, randomBy } from './random.ts';

const many = (seed: number, draw: (random: () => number) => number) => {
  const random = randomBy(seed);
  return Array.from({ length: 20_000 }, () => draw(random));
};
const mean = (values: readonly number[]) =>
  values.reduce((sum, one) => sum + one, 0) / values.length;
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((one) => (one - middle) ** 2));
}

test('the same seed gives the same numbers, another seed others', () => {
  expect(many(1, (random) => random())).toEqual(many(1, (random) => random()));
  expect(many(1, (random) => random())[0]).not.toBe(many(2, (random) => random())[0]);
});

test.each([0, 1, 2, 12_345, 2 ** 32 - 1])('seed %i is uniform', (seed) => {
  const values = many(seed, (random) => random());
  expect(mean(values)).toBeCloseTo(0.5, 1);
  expect(variance(values)).toBeCloseTo(1 / 12, 2);
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
});

test('normal numbers have mean 0 and variance 1', () => {
  const values = many(3, normal);
  expect(Math.abs(mean(values))).toBeLessThan(0.03);
  expect(Math.abs(variance(values) - 1)).toBeLessThan(0.05);
});

test.each([0, 0.3, 20, 49, 51, 900])('Poisson numbers of mean %d have its variance too', (rate) => {
  const values = many(4, (random) => poisson(rate, random));
  expect(Math.abs(mean(values) - rate)).toBeLessThanOrEqual(0.02 * rate);
  expect(Math.abs(variance(values) - rate)).toBeLessThanOrEqual(0.05 * rate);
  expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
});

test('Poisson numbers are skewed by one over the root of their mean', () => {
  const values = many(5, (random) => poisson(100, random));
  const middle = mean(values);
  const skewness = mean(values.map((one) => ((one - middle) / 10) ** 3));
  expect(Math.abs(skewness - 0.1)).toBeLessThan(0.06);
});
