/** The operator as a process of its own, bundled as in its image, and what it says about itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { bundle, programs } from '../../e2e/cluster/bundle.ts';
import { makeFolder } from '../../e2e/cluster/folders.ts';
import { say } from '../../e2e/cluster/run.ts';
import { type ControlPlane, freePort } from './control-plane.ts';
import { parseSamples, type Samples, total } from './samples.ts';

export interface Operator {
  /** @throws Error while it does not answer */
  readonly samples: () => Promise<Samples>;
  readonly hasEnded: () => boolean;
  /** Of all samples that were asked for. */
  readonly highestResidentBytes: () => number;
  /** @throws Error with the end of its log if it has ended by itself */
  readonly stop: () => Promise<void>;
}

/** As its pod has. */
const graceMs = 20_000;

export async function startOperator(plane: ControlPlane, prometheus: URL): Promise<Operator> {
  const program = programs.find(({ name }) => name === 'operator');
  if (!program) throw new Error('there is no program called operator');
  const app = join(await bundle(program), 'app');
  const folder = makeFolder();
  const metricsPort = await freePort();
  await writeFile(join(folder, 'token'), plane.operatorToken);
  await writeFile(join(folder, 'ca.crt'), plane.ca);
  const logFile = join(folder, 'log');
  const log = await open(logFile, 'w');
  const image = await startOfImage();
  const child = spawn(process.execPath, image.args, {
    cwd: app,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      ...image.env,
      LOG_LEVEL: 'warn',
      METRICS_PORT: String(metricsPort),
      POD_NAME: 'operator',
      PROMETHEUS_URL: prometheus.href,
      SERVICE_ACCOUNT_FOLDER: folder,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(plane.port),
    },
  });
  await log.close();
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  let highest = 0;
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    samples: async () => {
      const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      const samples = parseSamples(await response.text());
      highest = Math.max(highest, total(samples, 'process_resident_memory_bytes'));
      return samples;
    },
    hasEnded,
    highestResidentBytes: () => highest,
    stop: async () => {
      const isOver = hasEnded();
      if (!isOver) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
        await ended;
        clearTimeout(timer);
      }
      const said = (await readFile(logFile, 'utf8')).trim().split('\n');
      await rm(folder, { recursive: true });
      if (isOver) throw new Error(`the operator ended by itself: ${said.slice(-5).join('\n')}`);
      for (const [message, count] of warningsIn(said))
        say(`the operator warned ${count} x: ${message}`);
    },
  };
}

const warning = z.object({
  msg: z.string(),
  error: z.object({ message: z.string() }).optional(),
});

/** How often it warned of what, whichever profile it was about. */
function warningsIn(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines.filter((each) => each.startsWith('{'))) {
    const { msg, error } = warning.parse(JSON.parse(line));
    const why = error ? ` (${error.message.slice(0, 200).replaceAll(/app-\d+/g, 'app-N')})` : '';
    counts.set(`${msg}${why}`, (counts.get(`${msg}${why}`) ?? 0) + 1);
  }
  return counts;
}

/** As the image starts it: what its Dockerfile says after `node`, and the environment that it sets. */
async function startOfImage() {
  const text = await readFile(resolve(import.meta.dirname, '../../operator/Dockerfile'), 'utf8');
  const [, command = ''] = /^CMD (\[.*\])$/m.exec(text) ?? [];
  const [, settings = ''] = /^ENV (.*)$/m.exec(text) ?? [];
  const pairs = settings.split(' ').map((setting) => setting.split('='));
  return {
    args: z.array(z.string()).parse(JSON.parse(command)).slice(1),
    env: z.record(z.string(), z.string()).parse(Object.fromEntries(pairs)),
  };
}
