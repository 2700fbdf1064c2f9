/** Observe decides and records, Paused holds; neither writes a scale. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigFile, until } from './kubernetes.ts';
import { Testbed } from './testbed.ts';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('modes');
  await bed.setLoad(60);
});
afterAll(() => bed?.close());

test('Observe records what it would do and writes nothing', async () => {
  await bed.startTarget('watched', 2);
  await bed.applyProfile('watched', { mode: 'Observe' });
  await until('a decision for 6', 30, async () => {
    const status = await bed.statusOf('watched');
    return status?.desiredReplicas === 6;
  });
  await bed.staysAt('watched', 2);
  const args = ['explain', `${bed.namespace}/watched`, '--kubeconfig', kubeconfigFile];
  const { stdout } = await promisify(execFile)('bin/bellwether', args);
  expect(stdout).toMatch(/ mode Observe\n {2}2 \(\d ready\) -> 6 /);
});

test('Paused holds, says so, and acts again when Active', async () => {
  await bed.startTarget('paused', 2);
  await bed.applyProfile('paused', { mode: 'Paused' });
  const message = await bed.untilCondition('paused', 'ScalingActive', 'False', undefined, 30);
  expect(message).toMatch(/paused/i);
  await bed.staysAt('paused', 2);
  await bed.applyProfile('paused', { mode: 'Active' });
  await bed.untilReplicas('paused', 6, 20);
});
