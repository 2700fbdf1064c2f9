import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

test('a long run speaks every two seconds, and at its end', () => {
  const lines: string[] = [];
  let now = 0;
  const write = (line: string) => lines.push(line);
  const progress = new Progress({ name: 'hpa', seconds: 10_240, write, nowMs: () => now });
  for (let second = 0; second < 10_240; second += 1) {
    progress.onSecond(second);
    now += 0.5;
  }
  progress.done();
  // a look every 1024 s is one every 512 ms of this clock: the 4th finds 2048 ms gone
  expect(lines).toEqual([
    'hpa: 40 % of 10240 s, 2 s\n',
    'hpa: 80 % of 10240 s, 4 s\n',
    'hpa: 10240 s in 5.1 s\n',
  ]);
});

test('a short run tells its end alone', () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const progress = new Progress({ name: 'hpa', seconds: 60, write, nowMs: () => 0 });
  progress.onSecond(0);
  progress.done();
  expect(lines).toEqual(['hpa: 60 s in 0.0 s\n']);
});
