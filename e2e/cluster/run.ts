/** Other programs and waits: bounded in time, timed aloud, and failing with what was being done. */
import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface RunOptions {
  /** @default 600 */
  readonly timeoutSeconds?: number;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const keptOutputBytes = 64 * 1024 * 1024;

/**
 * Run a program to its end.
 *
 * @returns what it wrote to standard output
 * @throws when it cannot start, fails or takes too long, with the end of what it wrote
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: (options.timeoutSeconds ?? 600) * 1000,
      killSignal: 'SIGKILL',
      maxBuffer: keptOutputBytes,
    });
    return stdout;
  } catch (cause) {
    throw new Error(`${[program, ...args].join(' ').slice(0, 300)}: ${tellFailure(cause)}`);
  }
}

function tellFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if ('killed' in cause && cause.killed === true) return 'took too long and was ended';
  const written = ['stdout', 'stderr'].map((name) => String(Reflect.get(cause, name) ?? '').trim());
  const tail = written.join('\n').trim().split('\n').slice(-15).join('\n');
  return tail || cause.message;
}

/** Whether a program runs and exits 0. */
export async function succeeds(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<boolean> {
  return run(program, args, options).then(
    () => true,
    () => false,
  );
}

/**
 * Run a shell pipeline, failing when any part of it fails.
 *
 * @param script for bash; outside values come in as positional parameters, never spliced into it
 */
export async function runPipeline(script: string, ...parameters: string[]): Promise<string> {
  return run('bash', ['-euo', 'pipefail', '-c', script, 'pipeline', ...parameters]);
}

/** Start a program that outlives this one, its output going to an open file; returns its process id. */
export function startDetached(program: string, args: readonly string[], logFile: number): number {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', logFile, logFile] });
  child.on('error', () => {}); // the caller's wait says what did not come up
  child.unref();
  return child.pid ?? 0;
}

/** Whether a process of this id runs. */
export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Print a line of progress. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Do a piece of work that takes time, saying so at its start, every 15 s, and at its end with its duration. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const elapsed = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  say(`- ${title} ...`);
  const reminder = setInterval(() => say(`  ${title}: ${elapsed()} so far`), 15_000);
  try {
    const result = await work();
    say(`  ${title}: ${elapsed()}`);
    return result;
  } catch (cause) {
    throw new Error(`${title} failed after ${elapsed()}`, { cause });
  } finally {
    clearInterval(reminder);
  }
}

/**
 * Ask again and again until the answer is yes.
 *
 * @returns whether it was yes within the time
 */
export async function waitFor(
  ask: () => Promise<boolean>,
  timeoutSeconds: number,
  everyMs = 250,
): Promise<boolean> {
  const endMs = performance.now() + timeoutSeconds * 1000;
  while (performance.now() < endMs) {
    if (await ask()) return true;
    await sleep(everyMs);
  }
  return false;
}
