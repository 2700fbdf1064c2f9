import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { convertCommand } from './convert.ts';
import { InputError } from './input.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-convert-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'file.yaml');
  writeFileSync(path, text);
  return path;
}

const hpa = `\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 10
  metrics:
    - type: External
      external:
        metric: { name: rps }
        target: { type: AverageValue, averageValue: "35" }
`;
const keda = `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker }
spec:
  scaleTargetRef: { name: worker }
  triggers:
    - { type: cron, metadata: { timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, desiredReplicas: "4" } }
`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n';

test('each object becomes a document; others are named and left alone', async () => {
  const path = file([hpa, service, keda].join('---\n'));
  const { stdout, stderr, exitCode } = await convertCommand.run([path, '--query', 'rps=sum(rps)']);
  expect(exitCode).toBe(0);
  const profiles = parseAllDocuments(stdout).map((document) => document.toJS());
  expect(profiles.map(({ metadata }) => metadata.name)).toEqual(['web', 'worker']);
  expect(profiles[0].spec.metrics[0].prometheus.query).toBe('sum(rps)');
  expect(stderr).toBe(`${path}:13:1: Service web is left alone\n`);
});

test('--observe writes nothing but status', async () => {
  const { stdout } = await convertCommand.run([file(keda), '--observe']);
  expect(stdout).toContain('mode: Observe');
});

test('what is left out stands above the profile and on standard error, with its place', async () => {
  const path = file(keda.replace('spec:', 'spec:\n  pollingInterval: 60'));
  const { stdout, stderr } = await convertCommand.run([path]);
  expect(stderr).toMatch(new RegExp(`^${path}:5:20: note: spec\\.pollingInterval: 60: `));
  expect(stdout).toMatch(
    /^# From ScaledObject worker\. Left out or different:\n# - spec\.pollingInterval: 60: /,
  );
});

test('an object that cannot be converted ends with 1, with every reason; the others are written', async () => {
  const path = file(`${hpa}---\n${keda}`);
  const { stdout, stderr, exitCode } = await convertCommand.run([path]);
  expect(exitCode).toBe(1);
  expect(stdout.match(/^kind: /gm)).toHaveLength(1);
  expect(stderr).toContain(
    `${path}:8:5: error: spec.metrics: none of them can be converted as it is`,
  );
  expect(stderr).toMatch(
    /:10:9: note: spec\.metrics\[0\]\.external: External metric rps is left out/,
  );
  expect(stderr).toContain('HorizontalPodAutoscaler web is not converted');
});

test.each([
  { name: 'no YAML', text: 'a: [1', said: /:1:6: error: / },
  {
    name: 'nothing to convert',
    text: service,
    said: /there is no HorizontalPodAutoscaler and no ScaledObject in it/,
  },
  {
    name: 'a version that is gone',
    text: hpa.replace('/v2', '/v2beta2'),
    said: /HorizontalPodAutoscaler web is left alone/,
  },
])('$name ends with 1', async ({ text, said }) => {
  const { stdout, stderr, exitCode } = await convertCommand.run([file(text)]);
  expect([stdout, exitCode]).toEqual(['', 1]);
  expect(stderr).toMatch(said);
});

test.each([
  { name: 'no file', args: [], said: /^usage: bellwether convert/ },
  { name: 'an unknown option', args: ['--dry', 'x'], said: /--dry/ },
  {
    name: 'a query without a name',
    args: ['x', '--query', 'sum(x)'],
    said: /^--query "sum\(x\)": must be NAME=PROMQL/,
  },
  { name: 'a file that is not there', args: ['/nowhere'], said: /^\/nowhere: ENOENT/ },
])('$name is refused', async ({ args, said }) => {
  const failure = convertCommand.run(args);
  await expect(failure).rejects.toThrow(InputError);
  await expect(failure).rejects.toThrow(said);
});
