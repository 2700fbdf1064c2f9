import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleProfile } from '../api/sample-profile.ts';
import { InputError } from './input.ts';
import { validateCommand } from './validate.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-validate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, object: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(object, undefined, 2));
  return path;
}

test('without a fault it ends with 0', async () => {
  expect(await validateCommand.run([file('good.json', sampleProfile('good'))])).toEqual({
    stdout: '1 profile, 0 errors, 0 warnings\n',
    exitCode: 0,
  });
});

test('a fault is told as file, line, column, document, field, value and rule; with 1', async () => {
  const path = file('bad.json', sampleProfile('bad', { syncPeriodSeconds: 0 }));
  const { stdout, exitCode } = await validateCommand.run([path]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^.*bad\.json:\d+:26: error: document 1, spec\.syncPeriodSeconds: 0: .*>=1\n1 profile, 1 error/,
  );
});

test('a query is shown with a mark below its fault; a mere warning ends with 0', async () => {
  const prometheus = { query: 'rate(x[5m])' };
  const target = { type: 'Value', value: 1 };
  const metrics = [{ name: 'load', type: 'Prometheus', prometheus, target }];
  const outcome = await validateCommand.run([
    file('several.json', sampleProfile('a', { metrics })),
  ]);
  expect(outcome.stdout).toMatch(
    /warning: .*more than one series.*\n {4}rate\(x\[5m\]\)\n {4}\^\n/,
  );
  expect(outcome.exitCode).toBe(0);
});

test('two profiles of one name, or for one target, are named across files', async () => {
  const one = file('one.json', sampleProfile('one'));
  const two = file('two.json', sampleProfile('two'));
  const { stdout, exitCode } = await validateCommand.run([one, two, one]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    `two.json:1:1: error: document 1: default/one at ${one}:1 scales default/Deployment/web, too`,
  );
  expect(stdout).toContain(`default/one stands at ${one}:1 already`);
});

test.each([
  { name: 'no file', args: [], said: /^usage: bellwether validate/ },
  { name: 'an option', args: ['--strict', 'a'], said: /^unknown option --strict/ },
  { name: 'a file that is not there', args: ['/nowhere.yaml'], said: /^\/nowhere\.yaml: ENOENT/ },
])('$name is refused', async ({ args, said }) => {
  const failure = validateCommand.run(args);
  await expect(failure).rejects.toThrow(InputError);
  await expect(failure).rejects.toThrow(said);
});
