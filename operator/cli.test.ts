/** The program itself, as a person or a script runs it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sampleProfile } from './api/sample-profile.ts';

// Three programs are started; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

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

/** What the first program compiled, the others take up. */
const environment = () => ({ ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') });

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    input,
    encoding: 'utf8',
    env: environment(),
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

test('decide takes the observation from standard input', () => {
  const profile = file('profile.json', sampleProfile('web'));
  const args = ['decide', '--profile', profile, '--observation', '-'];
  const { status, stdout } = run(args, JSON.stringify(observation));
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ desiredReplicas: 7, winner: 'requests' });
});

test('a bad profile ends with 2 and names file, field, value and rule', () => {
  const profile = file('bad.json', sampleProfile('web', { maxReplicas: 1 }));
  const { status, stderr } = run(['decide', '--profile', profile, '--observation', '-'], '{}');
  expect(status).toBe(2);
  expect(stderr).toContain(
    `${profile}: spec.maxReplicas: 1 with minReplicas 2: maxReplicas must be at least minReplicas`,
  );
});

test('it is a plugin of kubectl, too', () => {
  const plugin = join(import.meta.dirname, '../bin/kubectl-bellwether');
  const { status, stdout } = spawnSync(plugin, ['--help'], {
    encoding: 'utf8',
    env: environment(),
  });
  expect(status).toBe(0);
  for (const name of ['convert', 'decide', 'explain', 'simulate', 'validate']) {
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  }
});

test('an unknown command ends with 2 and lists those that exist', () => {
  const { status, stderr } = run(['decode']);
  expect(status).toBe(2);
  expect(stderr).toContain('no command decode');
  expect(stderr).toContain('decide --profile FILE');
});
