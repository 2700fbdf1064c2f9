import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseBudget } from './budget.ts';
import { invalidBudgets, sampleBudget } from './invalid-budgets.ts';

function problemsOf(object: unknown): readonly string[] {
  const parsed = parseBudget(object);
  return parsed.ok ? [] : parsed.problems;
}

test.each(invalidBudgets)('$name is refused by field and rule', ({ spec, field, rule }) => {
  const problems = problemsOf(sampleBudget('bad', spec));
  const named = problems.filter((problem) => problem.startsWith(`${field}: `));
  expect(named.join('\n'), problems.join('\n')).toMatch(rule);
});

test('what an author leaves out has its default', () => {
  const parsed = parseBudget(sampleBudget('good', { reserve: undefined }));
  expect(parsed.ok && parsed.budget.spec).toEqual({
    serverConnections: 40,
    reserve: 0,
    database: { secretRef: { name: 'operator-database', key: 'url' } },
    enforceRoleLimit: false,
  });
});

test('a misspelt field is refused, not ignored', () => {
  expect(problemsOf(sampleBudget('bad', { connections: 5 }))).toEqual([
    'spec: Unrecognized key: "connections"',
  ]);
});

test('a budget may also enforce its limit by the role', () => {
  const database = { secretRef: { name: 'db', key: 'dsn' }, role: 'lms' };
  expect(problemsOf(sampleBudget('good', { database, enforceRoleLimit: true }))).toEqual([]);
});

test('the example of the documentation is valid', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/connection-budget.md'), 'utf8');
  const [, example = ''] = /```yaml\n([^`]+)```/.exec(text) ?? [];
  expect(problemsOf(parse(example))).toEqual([]);
});
