import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { sampleMetric, sampleProfile } from '../api/sample-profile.ts';
import { simulate } from './command.ts';
import { UsageError } from './usage-error.ts';

const folder = await mkdtemp(join(tmpdir(), 'simulate-'));
afterAll(() => rm(folder, { recursive: true }));

const profile = sampleProfile('lms-api', {
  maxReplicas: 400,
  strategy: { type: 'HPA' },
  metrics: [sampleMetric],
});
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
const profileFile = await file('profile.json', JSON.stringify(profile));
const readObject = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(path, 'utf8'));

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

const run = (...args: readonly string[]) => simulate(args, readObject);
const withProfile = (...args: readonly string[]) => run('--profile', profileFile, ...args);

test('the outcome of profile and comparators is printed and written', async () => {
  const json = join(folder, 'out.json');
  const compare = 'hpa,hpa-fast,keda,kpa,fixed:9,clairvoyant';
  const table = await withProfile('--trace', 'lms:1:1', '--compare', compare, '--json', json);
  expect(table.trim().split('\n')).toHaveLength(8);
  const { trace, policies } = JSON.parse(await readFile(json, 'utf8'));
  expect(trace).toMatchObject({
    name: 'lms:1:1',
    startedAt: '2026-01-05T00:00:00.000Z',
    seconds: 86_400,
  });
  expect(Object.keys(policies)).toEqual(['profile', ...compare.split(',')]);
  expect(policies.profile).toEqual(policies.hpa);
  expect(policies['fixed:9'].podHours).toBe(9 * 24);
});

test.each(['--json', '--html'])(
  '%s to where nothing can be written is the fault of the caller',
  async (option) => {
    const nowhere = join(folder, 'none', 'out');
    const written = withProfile('--trace', 'step:1:1', '--compare', 'fixed:9', option, nowhere);
    await expect(written).rejects.toThrow(UsageError);
    await expect(written).rejects.toThrow(`cannot write ${nowhere}: `);
  },
);

test('a report is written as one page', async () => {
  const html = join(folder, 'out.html');
  await withProfile('--trace', 'flash:1:1', '--compare', 'hpa,kpa', '--html', html);
  const page = await readFile(html, 'utf8');
  expect(page.match(/<polyline/g)).toHaveLength(7);
  expect(page).toMatch(/data-tip="[-\d: ]+, profile: Scale(Up|Down)\w+ \d+ to \d+: /);
});

test('trace-scale and capacity cancel out; a longer start-up costs', async () => {
  const outcome = async (...args: readonly string[]) => {
    const json = join(folder, 'one.json');
    const trace = await file('trace.csv', '0,0\n600,0\n900,500\n3600,500\n');
    await withProfile('--trace', trace, '--compare', 'hpa', '--json', json, ...args);
    return JSON.parse(await readFile(json, 'utf8')).policies.hpa;
  };
  const plain = await outcome();
  expect(await outcome('--trace-scale', '2', '--capacity', '100')).toMatchObject({
    overloadedSecondsPercent: plain.overloadedSecondsPercent,
    podHours: plain.podHours,
  });
  const slow = await outcome('--startup', '120');
  expect(slow.overloadedSecondsPercent).toBeGreaterThan(plain.overloadedSecondsPercent);
  expect(await outcome('--startup', '45/45')).toEqual(plain);
  const spread = await outcome('--startup', '45/300');
  expect(spread.overloadedSecondsPercent).toBeGreaterThan(plain.overloadedSecondsPercent);
  expect(await outcome('--startup', '45/300')).toEqual(spread);
});

test('several profiles run under their own names', async () => {
  const lazy = {
    ...profile,
    metadata: { name: 'lazy' },
    spec: { ...profile.spec, maxReplicas: 3 },
  };
  const other = await file('lazy.json', JSON.stringify(lazy));
  const table = await withProfile('--profile', other, '--trace', 'step:1:1', '--compare', '');
  expect(table).toMatch(/^lms-api .*\nlazy /m);
});

test('several profiles need several names, and the same kind of load', async () => {
  const twice = ['--profile', profileFile, '--trace', 'step:1:1'];
  await expect(withProfile(...twice)).rejects.toThrow('--profile: two are named lms-api');
  const mixed = ['--profile', await queueFile(), '--trace', 'step:1:1'];
  await expect(withProfile(...mixed)).rejects.toThrow('cannot be both requests and the jobs');
});

/** A profile of workers on a queue of essays, and beside it requests that are read by nobody. */
async function queueFile(rate: object = { ratePerReplica: '4' }): Promise<string> {
  const queue = {
    depth: 'sum(jobs)',
    arrivals: 'sum(rate(added[1m]))',
    completions: 'sum(rate(done[1m]))',
    drainSeconds: 30,
    ...rate,
  };
  const metrics = [{ name: 'essays', type: 'Queue', queue }, sampleMetric];
  const object = { ...profile, metadata: { name: 'worker' } };
  const spec = { ...profile.spec, metrics };
  return file('worker.json', JSON.stringify({ ...object, spec }));
}

test('a queue is worked off: lateness, waits and backlog are what is told', async () => {
  const json = join(folder, 'queue.json');
  const trace = await file('jobs.csv', '0,0\n60,40\n1800,40\n1801,0\n3600,0\n');
  const options = ['--trace', trace, '--compare', 'hpa,keda,fixed:20', '--json', json];
  const table = await run('--profile', await queueFile(), ...options, '--startup', '10');
  expect(table).toMatch(/late s %.*mean wait s.*pod-hours.*deepest backlog/);
  const { policies } = JSON.parse(await readFile(json, 'utf8'));
  expect(policies['fixed:20']).toMatchObject({
    lateSecondsPercent: 0,
    deepestBacklog: 0,
    podHours: (20 * 3601) / 3600,
  });
  expect(policies.profile.deepestBacklog).toBeGreaterThan(100);
  expect(policies.hpa.podHours).toBeGreaterThan(0);
  const slower = ['--service-rate', '2', '--profile', await queueFile({})];
  await run(...options, ...slower);
  const after = JSON.parse(await readFile(json, 'utf8')).policies;
  expect(after['fixed:20'].deepestBacklog).toBe(0);
  expect(after.profile.podHours).toBeGreaterThan(1.5 * policies.profile.podHours);
});

test('--metric chooses what the trace stands for', async () => {
  const json = join(folder, 'metric.json');
  const options = ['--trace', 'step:1:1', '--json', json, '--metric'];
  await run('--profile', await queueFile(), ...options, 'requests');
  const { policies } = JSON.parse(await readFile(json, 'utf8'));
  expect(policies.profile).toHaveProperty('overloadedSecondsPercent');
  await expect(run('--profile', await queueFile(), ...options, 'none')).rejects.toThrow(
    'no metric none that a trace can stand for',
  );
});

test.each([
  { args: ['--compare', 'kpa'], why: '--compare kpa: has no rule for a queue' },
  { args: ['--capacity', '5'], why: '--capacity: essays is a queue: give --service-rate' },
])('a queue refuses $args', async ({ args, why }) => {
  const profile = ['--profile', await queueFile(), '--trace', 'step:1:1'];
  await expect(run(...profile, ...args)).rejects.toThrow(why);
});

test('a queue’s rate must come from somewhere', async () => {
  const args = ['--profile', await queueFile({}), '--trace', 'step:1:1'];
  await expect(run(...args)).rejects.toThrow('--service-rate is missing: essays has no');
  await expect(withProfile('--trace', 'step:1:1', '--service-rate', '3')).rejects.toThrow(
    '--service-rate: requests is no queue',
  );
});

test.each([
  { args: ['--trace', 'lms:1'], why: '--profile is missing' },
  { args: ['--profile', profileFile], why: '--trace is missing' },
  { args: ['--profiles', 'x'], why: "Unknown option '--profiles'" },
  { args: ['--profile', join(folder, 'none'), '--trace', 'lms:1'], why: 'cannot read the profile' },
  {
    args: ['--profile', profileFile, '--trace', join(folder, 'none')],
    why: 'cannot read the trace',
  },
  {
    args: ['--profile', profileFile, '--trace', 'lms:1:99'],
    why: '--trace lms:1:99: days must be 1 to 92',
  },
  {
    args: ['--profile', profileFile, '--trace', 'lms:1', '--compare', 'hpa,vpa'],
    why: '--compare vpa: expected some of hpa, hpa-fast',
  },
  {
    args: ['--profile', profileFile, '--trace', 'lms:1', '--startup', '1.5'],
    why: '--startup 1.5: expected whole seconds, or P50/P95 of them',
  },
  {
    args: ['--profile', profileFile, '--trace', 'lms:1', '--startup', '90/30'],
    why: '--startup 90/30: expected whole seconds, or P50/P95 of them',
  },
  {
    args: ['--profile', profileFile, '--trace', 'lms:1', '--trace-scale', ''],
    why: '--trace-scale : expected a number from 0 to 1000000000',
  },
  {
    args: ['--profile', profileFile, '--trace', 'lms:1', '--trace-scale', '2', '--trace-mean', '2'],
    why: '--trace-mean: not with --trace-scale',
  },
  {
    args: ['--profile', profileFile, '--trace', 'http://127.0.0.1:9?step=5'],
    why: '--trace: start is missing',
  },
])('refuses with: $why', async ({ args, why }) => {
  await expect(run(...args)).rejects.toThrow(UsageError);
  await expect(run(...args)).rejects.toThrow(why);
});

test('a bad profile is refused with its field', async () => {
  const bad = await file(
    'bad.json',
    JSON.stringify({ ...profile, spec: { ...profile.spec, maxReplicas: 0 } }),
  );
  await expect(run('--profile', bad, '--trace', 'lms:1')).rejects.toThrow('spec.maxReplicas: 0');
});

test('a profile that no trace can feed is refused', async () => {
  const metrics = [{ ...sampleMetric, target: { type: 'Value', value: '1' } }];
  const value = await file(
    'value.json',
    JSON.stringify({ ...profile, spec: { ...profile.spec, metrics } }),
  );
  await expect(run('--profile', value, '--trace', 'lms:1')).rejects.toThrow(
    'no metric that a trace can stand for',
  );
});

test('help explains every option', async () => {
  expect((await run('--help')).match(/^ {2}--[a-z-]+/gm)).toHaveLength(13);
});
