import { expect, test } from 'vitest';
import type { Second } from './chronicle.ts';
import { createTable } from './table.ts';

function secondAt(second: number, failed = 0): Second {
  return {
    second,
    load: { requests: 120, failed, p50Ms: 8.4, p95Ms: 31.2, p99Ms: 60 },
    api: { ready: 5, desired: 6, why: '120 at 20 a pod' },
    worker: { ready: 1, desired: 1, why: 'queue is empty' },
    queueDepth: 0,
  };
}

function written(isTTY: boolean, entries: readonly Second[]): string {
  let text = '';
  const screen = { isTTY, columns: 200, write: (more: string) => (text += more) };
  const show = createTable(screen, () => 'The load steps up');
  for (const entry of entries) show(entry);
  return text;
}

test('without a terminal there is a plain line every five seconds', () => {
  const lines = written(
    false,
    [0, 1, 2, 3, 4, 5].map((second) => secondAt(second)),
  ).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/0:05 +120 +8 +31 +0 +5\/6 +1\/1 +0 +api: 120 at 20 a pod/);
  expect(lines.join()).not.toContain('\u001b');
});

test('on a terminal the same lines are drawn again', () => {
  const text = written(true, [secondAt(0), secondAt(1)]);
  expect(text).toContain('\u001b[7A');
  expect(text.split('\u001b[7A')[1]?.split('\n')).toHaveLength(8);
});

test('failures count up', () => {
  expect(written(true, [secondAt(0, 2), secondAt(1, 3)])).toMatch(/31 +5 +5\/6/);
});
