/**
 * Quality of scaling: strategy Adaptive and every comparator beside the HPA, on generated load and on the traces of a
 * folder if one is given; then docs/benchmarks.md is written anew. Two runs at a time.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publish } from './publish.ts';
import { type Measured, measure, profile } from './scaling/measure.ts';
import { type Source, sourcesIn } from './scaling/sources.ts';
import { qualityTables, referenceTable } from './scaling/tables.ts';

const startups = [10, 45, 120];
const atOnce = 2;

async function measureAll(
  sources: readonly Source[],
  folder: string,
): Promise<readonly Measured[]> {
  const jobs = startups.flatMap((startup) => sources.map((source) => ({ source, startup })));
  const measured: Measured[] = Array(jobs.length);
  const begun = performance.now();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < jobs.length; index = next++) {
      const { source, startup } = jobs[index] ?? {};
      if (!source || startup === undefined) return;
      measured[index] = await measure(source, startup, folder);
      done += 1;
      const seconds = Math.round((performance.now() - begun) / 1000);
      process.stderr.write(
        `${done} of ${jobs.length}, ${seconds} s: ${source.name}, ${startup} s\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return measured;
}

const traces = process.argv[2];
const folder = await mkdtemp(join(tmpdir(), 'bench-scaling-'));
try {
  await writeFile(join(folder, 'profile.json'), JSON.stringify(profile));
  const all = await measureAll(await sourcesIn(traces), folder);
  const text = [qualityTables(all), referenceTable(all)].filter(Boolean).join('\n\n');
  process.stdout.write(`${text}\n`);
  if (traces === undefined) process.stdout.write('\nNo TRACES: docs/benchmarks.md stays.\n');
  else await publish('quality', text);
} finally {
  await rm(folder, { recursive: true });
}
