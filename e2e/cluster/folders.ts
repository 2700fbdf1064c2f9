/** Temporary folders that end with the process that made them; what one that was killed left behind, the next one removes. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './run.ts';

const pattern = /^bellwether-run-(\d+)-/;

process.once('exit', removeFolders);

/** A new folder for this process alone, until it is removed or the process ends. */
export function makeFolder(): string {
  removeWhere((pid) => !isAlive(pid));
  return mkdtempSync(join(tmpdir(), `bellwether-run-${process.pid}-`));
}

/** Remove every folder of this process, before its end or because a test's process is ended without a word. */
export function removeFolders(): void {
  removeWhere((pid) => pid === process.pid);
}

function removeWhere(isOver: (pid: number) => boolean): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = pattern.exec(name)?.[1];
    if (!pid || !isOver(Number(pid))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's, or in use by a container that is about to go.
    }
  }
}
