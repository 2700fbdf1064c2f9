import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleProfile } from '../api/sample-profile.ts';
import { decideCommand } from './decide.ts';
import { InputError } from './input.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-decide-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const observation = {
  now: '2026-11-21T10:00:00Z',
  currentReplicas: 5,
  readings: {
    requests: { value: 245, at: '2026-11-21T09:59:58Z' },
    jobs: { failed: 'stale', message: 'old' },
  },
};

/** Run with a good profile and what is given beside it. */
async function decide(observed: object, ...more: readonly string[]) {
  const files = [
    '--profile',
    file('profile.json', sampleProfile('web', { strategy: { type: 'HPA' } })),
    '--observation',
    file('observation.json', observed),
  ];
  return JSON.parse(await decideCommand.run([...files, ...more]));
}

test('without --memory the decision alone is printed', async () => {
  const printed = await decide(observation);
  expect(printed).toMatchObject({ desiredReplicas: 7, winner: 'requests' });
  expect(printed).not.toHaveProperty('memory');
});

test('with --memory what is printed carries the next decision', async () => {
  const before = {
    proposals: [{ at: '2026-11-21T09:59:00Z', replicas: 9 }],
    scaleEvents: [{ at: '2026-11-21T09:59:50+00:00', change: 4 }],
  };
  const first = await decide(observation, '--memory', file('memory.json', before));
  expect(first).toMatchObject({
    desiredReplicas: 5,
    limits: [{ reason: 'ScaleUpLimit', from: 7, to: 5 }],
    memory: { proposals: [{ replicas: 9 }, { replicas: 7 }], scaleEvents: [{ change: 4 }] },
  });
  const later = { ...observation, now: '2026-11-21T10:00:10Z' };
  expect(await decide(later, '--memory', file('memory.json', first.memory))).toMatchObject({
    desiredReplicas: 7,
    memory: { scaleEvents: [{ at: '2026-11-21T10:00:10.000Z', change: 2 }] },
  });
});

test('an empty memory is a cold start', async () => {
  const calm = { ...observation, readings: { ...observation.readings, jobs: { value: 0 } } };
  const memory = file('memory.json', {});
  const falling = { ...calm, currentReplicas: 9 };
  expect(await decide(falling, '--memory', memory)).toMatchObject({ reason: 'ColdStart' });
});

test('a resource metric is decided by the pods of the observation', async () => {
  const resource = { name: 'cpu', container: 'api' };
  const target = { type: 'Utilization', averageUtilization: 70 };
  const metrics = [{ name: 'cpu', type: 'ContainerResource', resource, target }];
  const profile = file('cpu.json', sampleProfile('web', { metrics, strategy: { type: 'HPA' } }));
  const times = {
    startedAt: '2026-11-21T09:00:00Z',
    readyTransitionAt: '2026-11-21T09:00:10Z',
    sampleStart: '2026-11-21T09:59:30Z',
  };
  const pod = { ...times, ready: true, requests: { api: { cpu: 1000 } } };
  const usage = { api: { cpu: 1050 }, proxy: { cpu: 9000 } };
  const pods = [
    { ...pod, name: 'a', usage },
    { ...pod, name: 'b', usage },
    { ...pod, name: 'c' },
  ];
  const observed = file('pods.json', { now: observation.now, currentReplicas: 3, pods });
  const printed = await decideCommand.run(['--profile', profile, '--observation', observed]);
  // 105 % of the two sampled; 70 % with the third at 0, which is the target.
  expect(JSON.parse(printed)).toMatchObject({
    desiredReplicas: 3,
    proposals: [{ name: 'cpu', value: 105, replicas: 3 }],
  });
});

test('every fault of an observation is named', async () => {
  const bad = { ...observation, currentReplicas: -1, readings: { requests: { value: 'many' } } };
  const failure = decide(bad);
  await expect(failure).rejects.toThrow(InputError);
  await expect(failure).rejects.toThrow(/observation\.json: currentReplicas: -1: .*>=0/);
  await expect(failure).rejects.toThrow(/readings\.requests: needs either value .* or failed/);
});

test.each([
  { name: 'an unknown option', args: ['--profil', 'x'], said: /--profil/ },
  {
    name: 'a missing option',
    args: ['--profile', 'x'],
    said: /usage: bellwether decide --profile FILE/,
  },
  {
    name: 'a file that does not exist',
    args: ['--profile', '/nowhere.yaml', '--observation', '/nowhere.json'],
    said: /^\/nowhere\.yaml: /,
  },
])('$name is refused', async ({ args, said }) => {
  const failure = decideCommand.run(args);
  await expect(failure).rejects.toThrow(InputError);
  await expect(failure).rejects.toThrow(said);
});
