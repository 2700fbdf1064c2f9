/** What was built before: one folder outside every work tree, its entries named by what they were made from. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The cache folder, and below it; parents are made. */
export function cachePath(...parts: readonly string[]): string {
  const root = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bellwether');
  const path = join(root, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  return path;
}

/** Where the cluster's kubeconfig is written; the user's own is never touched. */
export function kubeconfigPath(): string {
  return cachePath('kubeconfig');
}

/**
 * A short name for the content of folders and for other inputs: equal inputs, equal name.
 *
 * @param folders every file below counts, by relative path, mode and content
 * @returns 12 hexadecimal digits
 */
export function digestOf(folders: readonly string[], ...inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input}\0`);
  for (const folder of folders) {
    for (const file of filesBelow(folder)) {
      const executable = statSync(join(folder, file)).mode & 0o100;
      hash
        .update(`${file}\0${executable}\0`)
        .update(readFileSync(join(folder, file)))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 12);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}
