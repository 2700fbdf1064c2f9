/** Our two programs as folders that Docker can build: entry points bundled, native parts and data files beside them. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cachePath } from './cache.ts';

interface Program {
  readonly name: 'lms' | 'operator';
  /** Where its Dockerfile and sources are. */
  readonly folder: string;
  /** Bundle name to source, below the folder. */
  readonly entries: Readonly<Record<string, string>>;
  /** Packages that cannot be bundled, copied whole with what they need. */
  readonly packages: readonly string[];
  /** Files read at run time: place beside the bundle to source from the root. */
  readonly files: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');

export const programs: readonly Program[] = [
  {
    name: 'lms',
    folder: 'app',
    entries: { main: 'main.ts', worker: 'worker.ts', migrate: 'database/migrate.ts' },
    packages: [],
    files: {},
  },
  {
    name: 'operator',
    folder: 'operator',
    entries: { main: 'main.ts', cli: 'cli.ts' },
    packages: [],
    files: {},
  },
];

/** Whether the program's sources are all there. */
export function hasEntries(program: Program): boolean {
  const { folder, entries } = program;
  return ['Dockerfile', ...Object.values(entries)].every((file) =>
    existsSync(join(root, folder, file)),
  );
}

/**
 * Bundle a program for its image. Code that the entry points share, or load late, gets files of its own.
 *
 * @returns the folder to build the image from
 */
export async function bundle(program: Program): Promise<string> {
  const folder = cachePath('build', program.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'app'), { recursive: true });
  cpSync(join(root, program.folder, 'Dockerfile'), join(folder, 'Dockerfile'));
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(program.entries).map(([name, file]) => [name, join(program.folder, file)]),
    ),
    outdir: join(folder, 'app'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: '[name]-[hash]',
    external: [...program.packages],
    banner: { js: commonJsNames },
    logLevel: 'error',
  });
  for (const name of program.packages) copyPackage(name, join(folder, 'app'));
  for (const [place, source] of Object.entries(program.files)) {
    cpSync(join(root, source), join(folder, 'app', place), { recursive: true });
  }
  return folder;
}

/** What bundled CommonJS packages expect to find and an ES module lacks. */
const commonJsNames = [
  "import { createRequire as commonJsRequire } from 'node:module';",
  'const require = commonJsRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

function copyPackage(name: string, folder: string): void {
  cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
}
