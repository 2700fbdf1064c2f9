/** The load that quality is measured on: recorded series of a folder, and a generated timetable. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What an HPA does on a trace with pods that start in 45 s, by an independent program (the study of the strategy). */
export interface Reference {
  readonly overloadedSecondsPercent: number;
  readonly podHours: number;
  readonly scaleEventsPerDay: number;
}

export interface Source {
  readonly name: string;
  /** Options of `bellwether simulate`. */
  readonly args: readonly string[];
  readonly reference?: Reference;
}

/** Four weeks, as the seasons of the generator are weeks. */
const generated = ['lms:1:28'];

interface Known {
  readonly args: readonly string[];
  readonly reference: Reference;
}

/**
 * Public series as the study prepared them. The noise was drawn there with another generator; its seed here is one with
 * which the HPA comes out as it did there, so that all else can be compared.
 */
const known: Readonly<Record<string, Known>> = {
  'nasa-1995-07': {
    args: ['--smooth', '10', '--trace-scale', '100'],
    reference: { overloadedSecondsPercent: 2.766, podHours: 2586, scaleEventsPerDay: 136 },
  },
  'crane-input0': {
    args: scaled(600, 7),
    reference: { overloadedSecondsPercent: 0.089, podHours: 3464, scaleEventsPerDay: 51 },
  },
  'crane-input2': {
    args: scaled(600, 2),
    reference: { overloadedSecondsPercent: 5.172, podHours: 7236, scaleEventsPerDay: 663 },
  },
  'crane-input8': {
    args: scaled(600, 9),
    reference: { overloadedSecondsPercent: 0.148, podHours: 6724, scaleEventsPerDay: 51 },
  },
  'crane-input9': {
    args: scaled(200, 10),
    reference: { overloadedSecondsPercent: 0.085, podHours: 2328, scaleEventsPerDay: 24 },
  },
};

/** A series of means by the minute: brought to a fleet, and given the noise of single requests. */
function scaled(mean: number, seed: number): readonly string[] {
  return ['--trace-mean', String(mean), '--poisson', String(seed)];
}

/** Every trace of the folder, if one is given, and the generated ones. */
export async function sourcesIn(folder: string | undefined): Promise<readonly Source[]> {
  const files = folder === undefined ? [] : (await readdir(folder)).sort();
  const traces = files.filter((name) => /\.(csv|txt)(\.gz)?$/.test(name));
  const recorded = traces.map((file, index): Source => {
    const name = file.replace(/\..*$/, '');
    const trace = ['--trace', join(folder ?? '', file)];
    const { args = usual(file, index), reference } = known[name] ?? {};
    return { name, args: [...trace, ...args], ...(reference && { reference }) };
  });
  return [...recorded, ...generated.map((name) => ({ name, args: ['--trace', name] }))];
}

/** Counts per second (.txt) are taken as they are; series with times (.csv) are brought to a fleet. */
function usual(file: string, index: number): readonly string[] {
  return file.includes('.txt') ? ['--smooth', '10'] : scaled(600, index + 1);
}
