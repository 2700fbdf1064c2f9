/** No folder outlives its process for long. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { makeFolder, removeFolders } from './folders.ts';

afterAll(removeFolders);

/** Have another process make a folder and end as told; returns the folder. */
async function madeElsewhere(end: string): Promise<string> {
  const script = `
    const { makeFolder } = await import(${JSON.stringify(join(import.meta.dirname, 'folders.ts'))});
    process.stdout.write(makeFolder());
    ${end}`;
  const node = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const { stdout } = await node.catch((error: unknown) => error as { stdout: string });
  expect(stdout).toMatch(/bellwether-run-\d+-/);
  return stdout;
}

test('a folder goes with the process that made it, also when that fails', async () => {
  const folder = await madeElsewhere('throw new Error("failed");');
  expect(existsSync(folder)).toBe(false);
});

test('what a killed process left is removed when the next folder is made, and no other', async () => {
  const own = makeFolder();
  const left = await madeElsewhere('process.kill(process.pid, "SIGKILL");');
  expect(existsSync(left)).toBe(true);
  makeFolder();
  expect(existsSync(left)).toBe(false);
  expect(existsSync(own)).toBe(true);
  removeFolders();
  expect(existsSync(own)).toBe(false);
});
