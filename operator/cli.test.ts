/** The program itself, as a person or a script runs it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleProfile } from './api/invalid-profiles.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const program = join(import.meta.dirname, 'cli.ts');

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const observation = {
  now: '2026-11-21T10:00:00Z',
  currentReplicas: 5,
  readings: {
    requests: { value: 245, at: '2026-11-21T09:59:58Z' },
    jobs: { failed: 'stale', message: 'old' },
  },
};

test('decide prints a decision from files', () => {
  const profile = file('profile.yaml', JSON.stringify(sampleProfile('web')));
  const seen = file('observation.json', observation);
  const { status, stdout } = run(['decide', '--profile', profile, '--observation', seen]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ desiredReplicas: 7, winner: 'requests' });
  expect(JSON.parse(stdout)).not.toHaveProperty('memory');
});

test('decide takes the observation from standard input and prints the memory that the next one needs', () => {
  const profile = file('profile.json', sampleProfile('web'));
  const memory = file('memory.json', {
    proposals: [{ at: '2026-11-21T09:59:00Z', replicas: 9 }],
    scaleEvents: [{ at: '2026-11-21T09:59:50+00:00', change: 4 }],
  });
  const args = ['decide', '--profile', profile, '--observation', '-', '--memory', memory];
  const first = run(args, JSON.stringify(observation));
  expect(JSON.parse(first.stdout)).toMatchObject({
    desiredReplicas: 5,
    limits: [{ reason: 'ScaleUpLimit', from: 7, to: 5 }],
    memory: { proposals: [{ replicas: 9 }, { replicas: 7 }], scaleEvents: [{ change: 4 }] },
  });
  writeFileSync(memory, JSON.stringify(JSON.parse(first.stdout).memory));
  const second = run(args, JSON.stringify({ ...observation, now: '2026-11-21T10:00:10Z' }));
  expect(JSON.parse(second.stdout)).toMatchObject({
    desiredReplicas: 7,
    memory: { scaleEvents: [{ at: '2026-11-21T10:00:10.000Z', change: 2 }] },
  });
});

test('a bad profile ends with 2 and names file, field, value and rule', () => {
  const profile = file('bad.json', sampleProfile('web', { maxReplicas: 1 }));
  const { status, stderr } = run(['decide', '--profile', profile, '--observation', '-'], '{}');
  expect(status).toBe(2);
  expect(stderr).toContain(
    `${profile}: spec.maxReplicas: 1 with minReplicas 2: maxReplicas must be at least minReplicas`,
  );
});

test('a bad observation ends with 2 and names what is wrong', () => {
  const profile = file('good.json', sampleProfile('web'));
  const bad = { ...observation, currentReplicas: -1, readings: { requests: { value: 'many' } } };
  const { status, stderr } = run(
    ['decide', '--profile', profile, '--observation', '-'],
    JSON.stringify(bad),
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(/currentReplicas: -1: .*>=0/);
  expect(stderr).toMatch(/readings\.requests: needs either value .* or failed/);
});

test.each([
  { name: 'no command', args: [] },
  { name: 'an unknown command', args: ['decode'] },
  { name: 'an unknown option', args: ['decide', '--profil', 'x'] },
  { name: 'a missing option', args: ['decide', '--profile', 'x'] },
])('$name ends with 2 and shows the usage', ({ args }) => {
  const { status, stderr } = run(args);
  expect(status).toBe(2);
  expect(stderr).toContain('decide --profile FILE');
});

test('a file that does not exist is named', () => {
  const { status, stderr } = run(['decide', '--profile', '/nowhere.yaml', '--observation', '-']);
  expect(status).toBe(2);
  expect(stderr).toContain('/nowhere.yaml');
});
