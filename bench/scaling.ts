/** Quality of scaling: strategy Adaptive beside the HPA, on generated load and the traces of a folder if one is given. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const startups = [10, 45, 120];
/** Ratios to the HPA in the same run: geometric means over the traces, pod-hours on every trace. */
const targets = { overload: [0.12, 0.2, 0.3], podHours: 1.05, events: 0.7 };
const generated = ['lms:1:14', 'lms:2:14'];

interface Source {
  readonly name: string;
  readonly args: readonly string[];
}

const outcome = z.object({
  overloadedSecondsPercent: z.number(),
  podHours: z.number(),
  scaleEventsPerDay: z.number(),
  directionFlipsPerDay: z.number(),
});
const report = z.object({ policies: z.object({ profile: outcome, hpa: outcome }) });

interface Ratios {
  readonly overload: number;
  readonly podHours: number;
  readonly events: number;
  readonly flips: number;
}

const profile = {
  apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
  kind: 'ScaleProfile',
  metadata: { name: 'bench' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'bench' },
    minReplicas: 2,
    maxReplicas: 400,
    strategy: { type: 'Adaptive' },
    metrics: [
      {
        name: 'requests',
        type: 'Prometheus',
        prometheus: { query: 'sum(rate(requests_total[$window]))' },
        target: { type: 'AverageValue', averageValue: '35' },
        capacityPerReplica: '50',
      },
    ],
  },
};

/** Counts per second (.txt) are smoothed and scaled; series by the minute (.csv) scaled to a fleet and made noisy. */
async function sourcesIn(folder: string | undefined): Promise<readonly Source[]> {
  const files = folder ? (await readdir(folder)).sort() : [];
  const recorded = files.map(async (name, index): Promise<readonly Source[]> => {
    const trace = ['--trace', join(folder ?? '', name)];
    if (/\.txt(\.gz)?$/.test(name)) {
      return [{ name, args: [...trace, '--smooth', '10', '--trace-scale', '100'] }];
    }
    if (!/\.csv(\.gz)?$/.test(name)) return [];
    const scale = 600 / (await meanOf(join(folder ?? '', name)));
    const args = [...trace, '--trace-scale', String(scale), '--poisson', String(index + 1)];
    return [{ name, args }];
  });
  const own = generated.map((name) => ({ name, args: ['--trace', name] }));
  return [...(await Promise.all(recorded)).flat(), ...own];
}

/** Mean of the second column. */
async function meanOf(file: string): Promise<number> {
  const bytes = await readFile(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const values = text.split('\n').map((line) => Number(line.split(',')[1] ?? Number.NaN));
  const numbers = values.filter((value) => Number.isFinite(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

async function ratiosOf(source: Source, startup: number, folder: string): Promise<Ratios> {
  const json = join(folder, 'outcome.json');
  const options = ['--profile', join(folder, 'profile.json'), '--compare', 'hpa', '--json', json];
  const cli = [join(root, 'operator/cli.ts'), 'simulate', '--startup', String(startup)];
  await promisify(execFile)(process.execPath, [...cli, ...options, ...source.args]);
  const { policies } = report.parse(JSON.parse(await readFile(json, 'utf8')));
  const { profile: ours, hpa } = policies;
  return {
    overload: ratio(ours.overloadedSecondsPercent, hpa.overloadedSecondsPercent),
    podHours: ratio(ours.podHours, hpa.podHours),
    events: ratio(ours.scaleEventsPerDay, hpa.scaleEventsPerDay),
    flips: ratio(ours.directionFlipsPerDay, hpa.directionFlipsPerDay),
  };
}

/** 1 where both are 0. */
function ratio(ours: number, hpa: number): number {
  return ours === hpa ? 1 : ours / hpa;
}

function geometricMean(values: readonly number[]): number {
  const logs = values.map((value) => Math.log(Math.max(value, 1e-6)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / values.length);
}

function cells({ overload, podHours, events, flips }: Ratios): string {
  return [overload, podHours, events, flips].map((ratio) => ratio.toFixed(3)).join(' | ');
}

/** Whether what was measured is within the target, with both numbers. */
function verdict(name: string, measured: number, target: number): string {
  const word = measured <= target ? 'met' : 'MISSED';
  return `- ${name}: ${measured.toFixed(3)}, target ${target}: ${word}`;
}

async function benchStartup(sources: readonly Source[], index: number, folder: string) {
  const startup = startups[index] ?? 0;
  process.stdout.write(
    `\n## Start-up ${startup} s, ratios to the HPA\n\n` +
      '| trace | overloaded seconds | pod-hours | scale events | flips |\n| --- | --- | --- | --- | --- |\n',
  );
  const all: Ratios[] = [];
  for (const source of sources) {
    const ratios = await ratiosOf(source, startup, folder);
    all.push(ratios);
    process.stdout.write(`| ${source.name} | ${cells(ratios)} |\n`);
  }
  const mean = (field: keyof Ratios) => geometricMean(all.map((ratios) => ratios[field]));
  const dearest = Math.max(...all.map(({ podHours }) => podHours));
  const verdicts = [
    verdict('overloaded seconds, geometric mean', mean('overload'), targets.overload[index] ?? 0),
    verdict('pod-hours, dearest trace', dearest, targets.podHours),
    verdict('scale events, geometric mean', mean('events'), targets.events),
  ];
  process.stdout.write(`\n${verdicts.join('\n')}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'bench-scaling-'));
try {
  await writeFile(join(folder, 'profile.json'), JSON.stringify(profile));
  const sources = await sourcesIn(process.argv[2]);
  for (const index of startups.keys()) await benchStartup(sources, index, folder);
} finally {
  await rm(folder, { recursive: true });
}
