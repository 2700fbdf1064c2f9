import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { invalidProfiles } from '../api/invalid-profiles.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import { validate } from './validate.ts';

const now = Date.parse('2026-11-21T10:00:00Z');

/** `line:column field: message` of each finding. */
function told(text: string): readonly string[] {
  return validate(text, now).findings.map(
    ({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`,
  );
}

test.each(invalidProfiles)('$name is found, with its place', ({ spec, field, rule }) => {
  const { findings } = validate(stringify(sampleProfile('bad', spec)), now);
  const blamed = findings.filter((finding) => finding.field === field && !finding.isWarning);
  expect(blamed.map(({ message }) => message).join('\n')).toMatch(rule);
  expect(blamed.every(({ line }) => line > 3)).toBe(true);
});

test('a good profile has no findings, as YAML and as JSON', () => {
  const text = stringify(sampleProfile('good'));
  expect(validate(text, now)).toMatchObject({ profiles: [{ name: 'default/good' }], findings: [] });
  expect(told(JSON.stringify(sampleProfile('good'), undefined, '\t'))).toEqual([]);
});

const header = `\
apiVersion: autoscaling.bellwether.dev/v1alpha1
kind: ScaleProfile
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 10
`;
const average = 'target: { type: AverageValue, averageValue: "35" }';
const metric = (query: string) => `  metrics:
    - name: load
      type: Prometheus
      prometheus: ${query}
      ${average}
`;
const good = metric('{ query: sum(x) }');

test.each([
  {
    name: 'a misspelt field',
    text: `${header}  minReplicaz: 3\n${good}`,
    want: '7:3 spec.minReplicaz: unknown field: did you mean minReplicas?',
  },
  {
    name: 'a field much like none',
    text: `${header}  colour: 3\n${good}`,
    want: '7:3 spec.colour: unknown field',
  },
  {
    name: 'an unknown field of the metadata',
    text: `${header.replace('name: web }', 'name: web, label: {} }')}${good}`,
    want: '3:24 metadata.label: unknown field: did you mean labels?',
  },
  {
    name: 'a missing field, at what should hold it',
    text: header,
    want: '5:3 spec.metrics: Required value',
  },
  {
    name: 'a fault in a quoted query',
    text: header + metric(`{ query: 'sum(rate(x[5m]) + ratee(y[5m]))' }`),
    want: '10:47 spec.metrics[0].prometheus.query: character 19: there is no function ratee',
  },
  {
    name: 'a fault in the query of a burst',
    text: `${header}${metric("{ query: sum(x), burstQuery: 'sum(y[5m])' }")}  burst: {}\n`,
    want: '10:53 spec.metrics[0].prometheus.burstQuery: character 5: sum takes series at one time, not a range of samples, such as x[5m]',
  },
  {
    name: 'a fault in a plain query',
    text: header + metric('{ query: sum(rate(x)) }'),
    want: '10:37 spec.metrics[0].prometheus.query: character 10: rate takes a range of samples, such as x[5m], not series at one time',
  },
  {
    name: 'a fault in a query of several lines',
    text: header + metric('\n        query: |\n          sum(x)\n            + sum(y[5m])'),
    want: '13:19 spec.metrics[0].prometheus.query: character 16: sum takes series at one time, not a range of samples, such as x[5m]',
  },
  {
    name: 'a query that may give several series',
    text: header + metric('{ query: x }'),
    want: '10:28 spec.metrics[0].prometheus.query: character 1: may give more than one series, which is no reading: aggregate it, such as sum(...) without by',
  },
  {
    name: 'an activation that nothing asks for',
    text: `${header}${good}      activation: 5\n`,
    want: '12:19 spec.metrics[0].activation: 5: counts with spec.minReplicas 0 only',
  },
  {
    name: 'a schedule that never opens',
    text: `${header}${good}  schedules:\n    - { name: a, start: 0 0 30 2 *, durationSeconds: 9, minReplicas: 2 }\n`,
    want: '13:25 spec.schedules[0].start: "0 0 30 2 *": never opens: there is no such day',
  },
  {
    name: 'a date that is over',
    text: `${header}${good}  schedules:\n    - { name: a, date: "2026-11-21T09:59:00", durationSeconds: 9, minReplicas: 2 }\n`,
    want: '13:24 spec.schedules[0].date: "2026-11-21T09:59:00": never opens again: it is over',
  },
  {
    name: 'a floor above the maximum',
    text: `${header}${good}  schedules:\n    - { name: a, start: 0 9 * * *, durationSeconds: 9, minReplicas: 20 }\n`,
    want: '13:69 spec.schedules[0].minReplicas: 20: is more than spec.maxReplicas 10, which holds',
  },
  {
    name: 'a fallback above the maximum',
    text: `${header}${good}  fallback: { replicas: 11 }\n`,
    want: '12:25 spec.fallback.replicas: 11: is more than spec.maxReplicas 10, which holds',
  },
  {
    name: 'a name that no object may have',
    text: `${header.replace('name: web }', 'name: Web_1 }')}${good}`,
    want: '3:19 metadata.name: "Web_1": must be lower-case letters, digits and -',
  },
  {
    name: 'a version of nothing',
    text: `${header.replace('apps/v1', 'apps/web/v1')}${good}`,
    want: '5:33 spec.scaleTargetRef.apiVersion: "apps/web/v1": must be a version such as v1, or group/version such as apps/v1',
  },
  {
    name: 'another version of ours',
    text: (header + good).replace('v1alpha1', 'v1'),
    want: '1:13 apiVersion: "autoscaling.bellwether.dev/v1": Invalid input: expected "autoscaling.bellwether.dev/v1alpha1"',
  },
  {
    name: 'a kind much like ours',
    text: 'kind: ScaleProfil\n',
    want: '1:7 kind: "ScaleProfil": unknown kind: did you mean ScaleProfile?',
  },
  {
    name: 'no object',
    text: 'just words',
    want: '1:1 kind: Required value: this is no Kubernetes object',
  },
  { name: 'no YAML', text: 'a: [1', want: /^1:6 : Flow sequence/ },
  {
    name: 'the same field twice',
    text: `${header}${good}  maxReplicas: 11\n`,
    want: /^12:3 : Map keys must be unique/,
  },
  { name: 'nothing at all', text: '---\n', want: '1:1 : there is no ScaleProfile in it' },
  {
    name: 'other kinds alone',
    text: 'kind: Pod\napiVersion: v1\n',
    want: '1:1 : there is no ScaleProfile in it',
  },
])('$name', ({ text, want }) => {
  expect(told(text)).toEqual([typeof want === 'string' ? want : expect.stringMatching(want)]);
});

test('every document counts, items of a List too; other kinds are left alone', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [sampleProfile('a', { mode: 'Dry' })] };
  const text = `kind: Pod\napiVersion: v1\n---\n${stringify(list)}---\n${header}${good}`;
  const { profiles, findings } = validate(text, now);
  expect(profiles.map(({ name, document }) => [name, document])).toEqual([
    ['default/a', 2],
    ['default/web', 3],
  ]);
  expect(findings).toMatchObject([{ document: 2, field: 'items[0].spec.mode' }]);
});

test('aliases that multiply are refused, not followed', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghij'.split('').map((name, index) => {
      const before = `*${'abcdefghij'[index]}`;
      return `${name}: &${name} [${Array(9).fill(before).join(', ')}]`;
    }),
  ].join('\n');
  expect(told(bomb)).toEqual([expect.stringMatching(/^1:1 : Excessive alias count/)]);
});
