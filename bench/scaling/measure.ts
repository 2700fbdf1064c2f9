/** One trace at one start-up time: the profile and every comparator in one run of `bellwether simulate`. */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Source } from './sources.ts';

const cli = resolve(import.meta.dirname, '../../operator/cli.ts');

/** In the order of the columns; all are compared with the HPA. */
export const policies = ['profile', 'hpa-fast', 'keda', 'kpa', 'clairvoyant'] as const;
export type PolicyName = (typeof policies)[number];

const outcome = z.object({
  overloadedSecondsPercent: z.number(),
  podHours: z.number(),
  scaleEventsPerDay: z.number(),
});
type Outcome = z.output<typeof outcome>;
const report = z.object({ policies: z.record(z.string(), outcome) });

/** To the HPA of the same run. */
export interface Ratios {
  readonly overload: number;
  readonly podHours: number;
  readonly events: number;
}

export interface Measured {
  readonly source: Source;
  readonly startupSeconds: number;
  readonly hpa: Outcome;
  readonly ratios: Readonly<Record<PolicyName, Ratios>>;
}

export const profile = {
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

/**
 * @param folder holds `profile.json`; what the run writes is removed again
 */
export async function measure(
  source: Source,
  startupSeconds: number,
  folder: string,
): Promise<Measured> {
  const json = join(folder, `${source.name}-${startupSeconds}.json`.replaceAll(':', '-'));
  const options = ['--profile', join(folder, 'profile.json'), '--startup', String(startupSeconds)];
  const compare = ['--compare', ['hpa', ...policies.slice(1)].join(','), '--json', json];
  await promisify(execFile)(process.execPath, [
    cli,
    'simulate',
    ...options,
    ...compare,
    ...source.args,
  ]);
  const written = report.parse(JSON.parse(await readFile(json, 'utf8')));
  await rm(json);
  const named = (name: string): Outcome => {
    const found = written.policies[name];
    if (!found) throw new Error(`${source.name}: no outcome of ${name}`);
    return found;
  };
  const hpa = named('hpa');
  const ratios = {
    profile: ratiosTo(hpa, named('profile')),
    'hpa-fast': ratiosTo(hpa, named('hpa-fast')),
    keda: ratiosTo(hpa, named('keda')),
    kpa: ratiosTo(hpa, named('kpa')),
    clairvoyant: ratiosTo(hpa, named('clairvoyant')),
  };
  return { source, startupSeconds, hpa, ratios };
}

function ratiosTo(hpa: Outcome, other: Outcome): Ratios {
  return {
    overload: ratio(other.overloadedSecondsPercent, hpa.overloadedSecondsPercent),
    podHours: ratio(other.podHours, hpa.podHours),
    events: ratio(other.scaleEventsPerDay, hpa.scaleEventsPerDay),
  };
}

/** 1 where both are 0. */
function ratio(other: number, hpa: number): number {
  return other === hpa ? 1 : other / hpa;
}
