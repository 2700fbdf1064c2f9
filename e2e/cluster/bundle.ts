/** Our two programs as folders that Docker can build: entry points bundled, native parts and read files beside them. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { cachePath } from './cache.ts';
import { nativePackage } from './native.ts';

interface Program {
  readonly name: 'lms' | 'operator';
  /** Where its Dockerfile and sources are. */
  readonly folder: string;
  /** Bundle name to source, below the folder. */
  readonly entries: Readonly<Record<string, string>>;
  /** Packages with a binary, which cannot be bundled. */
  readonly native: readonly string[];
  /** Packages that only a developer's machine loads, and late: no image holds them. */
  readonly omitted: readonly string[];
  /** What is read at run time: name beside the bundle to source, from the root. */
  readonly files: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');

const font = 'node_modules/dejavu-fonts-ttf';

export const programs: readonly Program[] = [
  {
    name: 'lms',
    folder: 'app',
    entries: { main: 'main.ts', worker: 'worker.ts', migrate: 'database/migrate.ts' },
    native: ['@node-rs/argon2'],
    omitted: [],
    files: {
      migrations: 'app/database/migrations',
      'standard-fonts': 'node_modules/pdfkit/js/standard-fonts',
      [`${font}/package.json`]: `${font}/package.json`,
      [`${font}/ttf/DejaVuSans.ttf`]: `${font}/ttf/DejaVuSans.ttf`,
    },
  },
  {
    name: 'operator',
    folder: 'operator',
    entries: { main: 'main.ts', cli: 'cli.ts' },
    native: [],
    omitted: ['@kubernetes/client-node'], // for kubeconfigs; a pod has its service account
    files: {},
  },
];

/** Whether the program's sources are all there. */
export function hasEntries({ folder, entries }: Program): boolean {
  return Object.values(entries).every((file) => existsSync(join(root, folder, file)));
}

/**
 * Bundle a program for its image. Code that the entry points share, or load late, gets files of its own.
 *
 * @returns the folder to build the image from: a Dockerfile, and `app`
 */
export async function bundle(program: Program): Promise<string> {
  const folder = cachePath('build', program.name);
  const app = join(folder, 'app');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  cpSync(join(root, program.folder, 'Dockerfile'), join(folder, 'Dockerfile'));
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest));
  await bundleEntries(program, app);
  for (const name of program.native) {
    for (const [part, source] of await nativePackage(name)) {
      cpSync(source, join(app, 'node_modules', part), { recursive: true, dereference: true });
    }
  }
  for (const [name, source] of Object.entries(program.files)) {
    cpSync(join(root, source), join(app, name), { recursive: true });
  }
  return folder;
}

async function bundleEntries(program: Program, outdir: string): Promise<void> {
  const { folder, entries, native, omitted } = program;
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, join(folder, file)]),
    ),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: '[name]-[hash]',
    external: [...native, ...omitted],
    banner: { js: commonJsNames },
    plugins: [builtinsByRequire],
    logLevel: 'error',
  });
}

/** Node's own modules by `require`: an `import` reads all that a module has, and to read all of `node:http` loads `fetch`. */
const builtinsByRequire: Plugin = {
  name: 'builtins by require',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

/** The package that a bundle is: pdfkit asks for its fonts by a name that only its own manifest explains. */
const manifest = {
  type: 'module',
  imports: { '#standard-fonts/*': './standard-fonts/*.cjs' },
};

/** What bundled CommonJS packages expect to find and an ES module lacks. */
const commonJsNames = [
  "import { createRequire as commonJsRequire } from 'node:module';",
  'const require = commonJsRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');
