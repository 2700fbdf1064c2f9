/** One set-up at a time: a lock file that names its holder, is kept fresh by it, and dies with it. */
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { cachePath } from './cache.ts';
import { isAlive, say, waitFor } from './run.ts';

const patienceSeconds = 45 * 60;
const freshSeconds = 60;

/**
 * Do work that must not run twice at once on this machine, waiting for another run to end first.
 *
 * @throws when another run holds the lock for 45 minutes
 */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  const file = cachePath('lock');
  if (!take(file)) {
    say(`- waiting: process ${holder(file)} sets the cluster up`);
    if (!(await waitFor(async () => take(file), patienceSeconds))) {
      throw new Error(`process ${holder(file)} still holds ${file}`);
    }
  }
  const refresh = setInterval(() => utimesSync(file, new Date(), new Date()), 5000);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    rmSync(file, { force: true });
  }
}

/** Make the file ours, whole or not at all; that of a dead holder is taken away first. */
function take(file: string): boolean {
  if (isStale(file)) rmSync(file, { force: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    linkSync(own, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own);
  }
}

function isStale(file: string): boolean {
  const writtenMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (writtenMs === undefined) return false;
  return !isAlive(holder(file)) || Date.now() - writtenMs > freshSeconds * 1000;
}

function holder(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0; // given back in this moment
  }
}
