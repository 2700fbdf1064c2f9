import { expect, test } from 'vitest';
import { leadSeconds, spreadOver, startUps } from './startup.ts';

const many = Array.from({ length: 20_000 });

test('half of the pods are ready within the median, 19 of 20 within the other time', () => {
  const next = startUps(spreadOver(30, 90));
  const seconds = many.map(() => next());
  const within = (limit: number) => seconds.filter((one) => one <= limit).length / many.length;
  expect(within(30)).toBeCloseTo(0.5, 1);
  expect(within(90)).toBeCloseTo(0.95, 2);
  expect(within(leadSeconds(spreadOver(30, 90)))).toBeCloseTo(0.9, 1);
  expect(seconds.every((one) => Number.isInteger(one) && one > 0)).toBe(true);
});

test('pods that are all alike take their time, each of them', () => {
  const next = startUps({ startupSeconds: 45 });
  expect([next(), next()]).toEqual([45, 45]);
  expect(leadSeconds({ startupSeconds: 45 })).toBe(45);
});

// ln(90 / 30) = 1.0986, over 1.6449; 30 x exp(1.2816 x 0.6679) = 70.6
test('the lead time is that of nine in ten', () => {
  expect(leadSeconds(spreadOver(30, 90))).toBe(71);
});

test('the same pods start in every run', () => {
  const [one, other] = [startUps(spreadOver(30, 90)), startUps(spreadOver(30, 90))];
  expect(Array.from({ length: 20 }, one)).toEqual(Array.from({ length: 20 }, other));
});
