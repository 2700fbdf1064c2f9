import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { invalidProfiles } from './invalid-profiles.ts';
import { parseProfile } from './profile.ts';
import { sampleProfile } from './sample-profile.ts';

function problemsOf(object: unknown): readonly string[] {
  const parsed = parseProfile(object);
  return parsed.ok ? [] : parsed.problems;
}

test.each(invalidProfiles)('$name is refused by field and rule', ({ spec, field, rule }) => {
  const problems = problemsOf(sampleProfile('bad', spec));
  const named = problems.filter((problem) => problem.startsWith(`${field}: `));
  expect(named.join('\n'), problems.join('\n')).toMatch(rule);
});

test('what an author leaves out has its default', () => {
  const parsed = parseProfile(sampleProfile('good', { minReplicas: undefined }));
  expect(parsed.ok && parsed.profile.spec).toMatchObject({
    mode: 'Active',
    syncPeriodSeconds: 5,
    minReplicas: 1,
    strategy: { type: 'Adaptive' },
    behavior: {},
    fallback: { staleAfterSeconds: 60, failureSeconds: 180 },
    metrics: [
      { target: { averageValue: 35 }, activation: 0 },
      { queue: { ratePerReplica: 4, drainSeconds: 60 } },
    ],
  });
});

test('the HPA looks as often as it does on its own', () => {
  const parsed = parseProfile(sampleProfile('good', { strategy: { type: 'HPA' } }));
  expect(parsed.ok && parsed.profile.spec.syncPeriodSeconds).toBe(15);
});

test('a misspelt field is refused, not ignored', () => {
  expect(problemsOf(sampleProfile('bad', { maxReplica: 5 }))).toEqual([
    'spec: Unrecognized key: "maxReplica"',
  ]);
});

test('every fault of a profile is named at once', () => {
  const problems = problemsOf(sampleProfile('bad', { mode: 'Dry', syncPeriodSeconds: 0 }));
  expect(problems).toHaveLength(2);
});

test('a metric that breaks its own rules does not keep the profile’s from being judged', () => {
  const metrics = [
    { name: 'bare', type: 'Prometheus' },
    { name: 'untargeted', type: 'Prometheus', prometheus: { query: 'sum(rate(x[$window]))' } },
  ];
  const burst = { windowSeconds: 10, thresholdPercent: 200 };
  const problems = problemsOf(sampleProfile('bad', { metrics, burst }));
  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
    'spec.metrics[0].prometheus',
    'spec.metrics[0].target',
    'spec.metrics[1].target',
    'spec.burst',
  ]);
});

test('anything else is refused with what was wanted', () => {
  expect(problemsOf(undefined)).toEqual(['Required value']);
  expect(problemsOf({ ...sampleProfile('x'), kind: 'HorizontalPodAutoscaler' }).join()).toMatch(
    /^kind: .*ScaleProfile/,
  );
});

const reference = join(import.meta.dirname, '../../docs/scaleprofile.md');
const examples = [...readFileSync(reference, 'utf8').matchAll(/```yaml\n(apiVersion[^`]+)```/g)];

test.each(examples.map(([, text]) => ({ text })))(
  'an example of the reference is valid',
  ({ text }) => {
    expect(problemsOf(parse(text ?? ''))).toEqual([]);
  },
);
