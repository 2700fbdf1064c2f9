/** The browser of the browser tests: `CHROMIUM`, one on the path, or, as root on Debian, one installed here. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installPackages, isRootOnDebian } from '../cluster/docker.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of a Chromium; empty: there is none, and the reason was said. */
    chromium: string;
  }
}

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', (await findOrInstall()) ?? '');
}

async function findOrInstall(): Promise<string | undefined> {
  const found = process.env.CHROMIUM ?? onPath();
  if (found !== undefined) return found;
  if (!isRootOnDebian()) return without('none on the path, and only root on Debian can install it');
  try {
    await installPackages(['chromium']);
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  }
  return onPath();
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => programs.map((name) => join(folder, name))).find(existsSync);
}

function without(reason: string): undefined {
  process.stderr.write(`no Chromium, so reports are not tested in a browser: ${reason}\n`);
  return undefined;
}
