/** Programs built from Go modules, whose versions and checksums go.mod and go.sum pin; kept by what they were made from. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { cachePath, digestOf } from './cache.ts';
import { run, step, succeeds } from './run.ts';

interface GoProgram {
  readonly name: string;
  /** What is built, and how long it takes the first time. */
  readonly title: string;
  /** Folder of its go.mod. */
  readonly sources: string;
  /** Package of its `main`, from that folder. */
  readonly main: string;
  /** What the linker writes into variables: `package.variable` to value. */
  readonly values: Readonly<Record<string, string>>;
  /** What the binary depends on beside its sources. */
  readonly inputs: readonly string[];
}

/**
 * Build a program if it is not in the cache.
 *
 * @returns its path
 * @throws when there is no Go to build it with
 */
export async function buildGo(program: GoProgram): Promise<string> {
  const { name, title, sources, main, values, inputs } = program;
  const built = cachePath(name, digestOf([sources], ...inputs), name);
  if (existsSync(built)) return built;
  if (!(await succeeds('go', ['version']))) {
    throw new Error(
      'nothing to make a cluster with: install kind and kubectl, or Go 1.26 to build them',
    );
  }
  mkdirSync(dirname(built), { recursive: true });
  const sets = Object.entries(values).map(([variable, value]) => `-X ${variable}=${value}`);
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...sets].join(' ')];
  await step(title, () =>
    run('go', ['build', ...flags, '-o', `${built}.new`, main], {
      cwd: sources,
      env: { CGO_ENABLED: '0' },
      timeoutSeconds: 3600,
    }),
  );
  renameSync(`${built}.new`, built);
  return built;
}
