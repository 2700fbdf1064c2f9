/** npm packages with a binary inside, for the Linux of our images whatever this machine runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cachePath } from './cache.ts';
import { run, step } from './run.ts';

const installed = join(import.meta.dirname, '../../node_modules');
const manifest = z.object({ version: z.string() });

/**
 * A package and the one beside it that holds its binary: as installed here, or fetched for Linux.
 *
 * @returns folders by package name
 */
export async function nativePackage(name: string): Promise<ReadonlyMap<string, string>> {
  const names = [name, `${name}-linux-${process.arch}-gnu`];
  const hasAll = names.every((part) => existsSync(join(installed, part)));
  const modules = hasAll ? installed : await fetchForLinux(name);
  return new Map(names.map((part) => [part, join(modules, part)]));
}

async function fetchForLinux(name: string): Promise<string> {
  const { version } = manifest.parse(
    JSON.parse(readFileSync(join(installed, name, 'package.json'), 'utf8')),
  );
  const folder = cachePath('native', `${name.replace('/', '-')}-${version}-${process.arch}`);
  const modules = join(folder, 'node_modules');
  if (existsSync(join(modules, `${name}-linux-${process.arch}-gnu`))) return modules;
  const target = ['--os=linux', '--libc=glibc', `--cpu=${process.arch}`];
  const options = ['--prefix', folder, '--no-audit', '--no-fund', ...target];
  await step(`fetch ${name} for Linux`, () =>
    run('npm', ['install', ...options, `${name}@${version}`]),
  );
  return modules;
}
