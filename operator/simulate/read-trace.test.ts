import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { parseTrace, readTrace } from './read-trace.ts';
import { UsageError } from './usage-error.ts';

const folder = await mkdtemp(join(tmpdir(), 'trace-'));
afterAll(() => rm(folder, { recursive: true }));

test.each([
  { name: 'one value a line', text: '1\n2.5\n0\n', want: [1, 2.5, 0], startMs: 0 },
  { name: 'one value a line under a header', text: 'requests\n1\n2\n', want: [1, 2], startMs: 0 },
  { name: 'epoch seconds', text: 'ts,value\n100,4\n102,8\n', want: [4, 6, 8], startMs: 100_000 },
  {
    name: 'irregular steps',
    text: '100,0\n101,3\n104,0\n',
    want: [0, 3, 2, 1, 0],
    startMs: 100_000,
  },
  { name: 'fractions of seconds', text: '0.5,0\n2.5,4\n', want: [0, 2, 4], startMs: 500 },
  {
    name: 'ISO times',
    text: '"time","value"\r\n"2026-01-05T00:00:00Z","1"\r\n"2026-01-05T00:00:02Z","3"\r\n',
    want: [1, 2, 3],
    startMs: Date.UTC(2026, 0, 5),
  },
  {
    name: 'times without an offset as UTC',
    text: '2026-01-05,1\n2026-01-05 00:00:01,2\n2026-01-05T01:00:02+01:00,3\n',
    want: [1, 2, 3],
    startMs: Date.UTC(2026, 0, 5),
  },
])('reads $name', ({ text, want, startMs }) => {
  const trace = parseTrace('t', text);
  expect([...trace.loads]).toEqual(want);
  expect(trace.startMs).toBe(startMs);
});

test.each([
  { text: '', why: 't, line 1: "" is not a number of at least 0' },
  { text: '1\nx\n', why: 't, line 2: "x" is not a number of at least 0' },
  { text: '1\n-2\n', why: 't, line 2: "-2" is not a number of at least 0' },
  { text: 'v\n1\n\n2', why: 't, line 3: "" is not a number of at least 0' },
  { text: '1\nNaN\n', why: 't, line 2: "NaN" is not a number of at least 0' },
  { text: 'ts,v\n', why: 't: a header without rows' },
  { text: 'v,ts\n2,1\n3,2\n', why: 't, line 1: expected time,value but found "v,ts"' },
  ...['2026-02-30', 'May 5', '2026-01-05T25:00'].map((time) => ({
    text: `1,2\n${time},3\n`,
    why: `t, line 2: "${time}" is neither epoch seconds nor an ISO time`,
  })),
  { text: 'ts,v\n1,2\n', why: 't: fewer than two rows' },
  { text: '1,2\n3\n', why: 't, line 2: expected time,value but found "3"' },
  { text: '1,2\n3,4,5\n', why: 't, line 2: expected time,value but found "3,4,5"' },
  { text: '5,2\n5,3\n', why: 't, line 2: time "5" is not after the one before it' },
  { text: '1,2\nsoon,3\n', why: 't, line 2: "soon" is neither epoch seconds nor an ISO time' },
  {
    text: '1767571200000,1\n',
    why: 't, line 1: "1767571200000" looks like milliseconds; times are in seconds',
  },
  {
    text: '0,1\n99999999,1\n',
    why: 't: 100000000 seconds, more than the 10000000 that are allowed',
  },
])('refuses $text: $why', ({ text, why }) => {
  expect(() => parseTrace('t', text)).toThrow(new UsageError(why));
});

test('whatever the text, there is a trace or an objection', () => {
  const text = fc.stringMatching(/^[-0-9.,eTZ:"\n ]{0,40}$/);
  fc.assert(
    fc.property(text, (random) => {
      try {
        const { loads, sums } = parseTrace('t', random);
        expect(loads.every((load) => load >= 0)).toBe(true);
        expect(sums.length).toBe(loads.length + 1);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
    { numRuns: 500 },
  );
});

test('a file may be packed, and says when it cannot be unpacked', async () => {
  const packed = join(folder, 'good.csv.gz');
  await writeFile(packed, gzipSync('0,1\n1,2\n'));
  expect([...(await readTrace(packed)).loads]).toEqual([1, 2]);
  const broken = join(folder, 'broken.csv.gz');
  await writeFile(broken, gzipSync('0,1\n1,2\n').subarray(0, 12));
  await expect(readTrace(broken)).rejects.toThrow(`cannot unpack the trace ${broken}`);
  await expect(readTrace(join(folder, 'none'))).rejects.toThrow(UsageError);
});
