/** Who may import whom: the table of docs/architecture.md, held over every source file. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

interface Rule {
  readonly folder: string;
  /** Project folders and files, by prefix, beside the folder itself. */
  readonly inside: readonly string[];
  /** Packages, by prefix; tests may import any. */
  readonly packages: readonly string[] | 'any';
}

/** First matching folder counts, so the narrow ones come first. */
const rules: readonly Rule[] = [
  { folder: 'operator/api/', inside: [], packages: ['zod'] },
  { folder: 'operator/scaling/', inside: ['operator/api/'], packages: ['croner'] },
  {
    folder: 'operator/pooling/testing/',
    inside: ['operator/api/', 'operator/pooling/'],
    packages: ['fast-check'],
  },
  { folder: 'operator/pooling/', inside: ['operator/api/'], packages: [] },
  {
    folder: 'operator/kubernetes/',
    inside: ['operator/api/', 'operator/scaling/', 'operator/pooling/'],
    packages: ['@kubernetes/client-node', 'node:', 'zod'],
  },
  {
    folder: 'operator/prometheus/',
    inside: ['operator/api/', 'operator/scaling/'],
    packages: ['@prometheus-io/lezer-promql', '@lezer/', 'node:', 'zod'],
  },
  {
    folder: 'operator/pgbouncer/',
    inside: ['operator/pooling/'],
    packages: ['pg', 'node:'],
  },
  {
    folder: 'operator/redis/',
    inside: ['operator/api/', 'operator/pgbouncer/files.ts', 'operator/message.ts'],
    packages: ['ioredis', 'prom-client', 'node:'],
  },
  { folder: 'operator/postgres/', inside: ['operator/pooling/'], packages: ['pg'] },
  {
    folder: 'operator/simulate/',
    inside: ['operator/api/', 'operator/scaling/', 'operator/prometheus/', 'operator/message.ts'],
    packages: ['node:'],
  },
  { folder: 'operator/', inside: [], packages: 'any' },
  { folder: 'app/', inside: [], packages: 'any' },
  {
    folder: 'charts/',
    inside: ['cdk8s/', 'operator/api/'],
    packages: ['cdk8s', 'constructs', 'node:'],
  },
  {
    folder: 'cdk8s/',
    inside: ['charts/', 'operator/api/'],
    packages: ['cdk8s', 'constructs', 'node:'],
  },
  {
    folder: 'e2e/pooling/',
    inside: [
      'operator/pooling/',
      'operator/pgbouncer/',
      'operator/postgres/',
      'operator/sidecars/authority.ts',
      'operator/api/',
      'app/testing/',
      'e2e/',
      'bench/',
    ],
    packages: 'any',
  },
  {
    folder: 'e2e/redis/',
    inside: ['operator/redis/', 'operator/pgbouncer/files.ts', 'e2e/'],
    packages: 'any',
  },
  { folder: 'e2e/', inside: ['operator/api/', 'bench/'], packages: 'any' },
  {
    folder: 'bench/cache/',
    inside: ['app/cache/', 'app/redis.ts', 'app/log.ts', 'app/metrics.ts', 'bench/'],
    packages: 'any',
  },
  {
    folder: 'bench/fleet/',
    inside: ['operator/kubernetes/', 'operator/timing.ts', 'operator/testing/', 'e2e/', 'bench/'],
    packages: 'any',
  },
  {
    folder: 'bench/',
    inside: [
      'operator/api/',
      'operator/scaling/',
      'operator/simulate/',
      'operator/testing/',
      'e2e/',
    ],
    packages: 'any',
  },
];

const sources = globSync('{app,operator,charts,cdk8s,e2e,bench}/**/*.ts', {
  cwd: import.meta.dirname,
})
  .filter((file) => !file.includes('/generated/'))
  .sort();

/** Every module a source file names in an import or export, a project file as its path from the root. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  const named =
    /^(?:import|export|\} from)\b(?:[^;'"=]*?\bfrom)? ?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm;
  return [...text.matchAll(named)]
    .map(([, from, dynamic]) => from ?? dynamic ?? '')
    .map((name) => (name.startsWith('.') ? relative('.', join(dirname(file), name)) : name));
}

function isProjectFile(name: string): boolean {
  return /^(app|operator|charts|cdk8s|e2e|bench)\//.test(name);
}

/** Why a file may not import this; `app/api.ts` composes the components and so may see their stores. */
function objection(file: string, name: string): string | undefined {
  const rule = rules.find(({ folder }) => file.startsWith(folder));
  if (!rule) return `${file} lies in no known folder`;
  const isTest = file.endsWith('.test.ts');
  if (isTest && name.startsWith('operator/testing/')) return undefined;
  if (isProjectFile(name)) {
    const allowed =
      name.startsWith(rule.folder) || rule.inside.some((prefix) => name.startsWith(prefix));
    if (!allowed) return `${file} imports ${name}`;
    const [, component] = /^app\/([^/]+)\/store\.ts$/.exec(name) ?? [];
    const isRoot = file === 'app/api.ts' || file.startsWith('app/testing/');
    const foreign = component && !isRoot && !file.startsWith(`app/${component}/`);
    return foreign ? `${file} imports the store of another component: ${name}` : undefined;
  }
  if (isTest || rule.packages === 'any') return undefined;
  return rule.packages.some((prefix) => name.startsWith(prefix))
    ? undefined
    : `${file} imports ${name}`;
}

test('every import stays within what its folder may import', () => {
  const objections = sources.flatMap((file) =>
    importsOf(file).flatMap((name) => objection(file, name) ?? []),
  );
  expect(objections).toEqual([]);
});

test('only operator/kubernetes imports the Kubernetes client', () => {
  const importers = sources
    .filter((file) => file.startsWith('operator/') && !file.startsWith('operator/kubernetes/'))
    .filter((file) => importsOf(file).includes('@kubernetes/client-node'));
  expect(importers).toEqual([]);
});

test('a wrong import is seen', () => {
  expect(objection('operator/scaling/decide.ts', 'node:fs')).toBeDefined();
  expect(objection('operator/kubernetes/watch.ts', 'operator/testing/api-server.ts')).toBeDefined();
  expect(objection('app/courses/routes.ts', 'operator/api/profile.ts')).toBeDefined();
  expect(objection('app/courses/routes.ts', 'app/quizzes/store.ts')).toBeDefined();
  expect(objection('app/courses/routes.ts', 'app/courses/store.ts')).toBeUndefined();
});
