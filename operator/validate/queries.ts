/** The queries of a profile, each parsed. */
import { checkQuery } from '../prometheus/check.ts';
import type { Path } from './documents.ts';
import type { Fault } from './fault.ts';
import { itemsAt, textAt } from './look.ts';

/** Where a profile may hold a query. */
const inMetric: readonly Path[] = [
  ['prometheus', 'query'],
  ['prometheus', 'burstQuery'],
  ['queue', 'depth'],
  ['queue', 'arrivals'],
  ['queue', 'completions'],
];

export function queryFaults(profile: unknown): readonly Fault[] {
  return [
    ...itemsAt(profile, 'spec', 'metrics').flatMap(([path]) =>
      inMetric.flatMap((field) => faultsAt(profile, [...path, ...field])),
    ),
    ...itemsAt(profile, 'spec', 'schedules').flatMap(([path]) =>
      faultsAt(profile, [...path, 'query']),
    ),
    ...itemsAt(profile, 'spec', 'guard').flatMap(([path]) => [
      ...faultsAt(profile, [...path, 'query']),
      ...faultsAt(profile, [...path, 'unless']),
    ]),
  ];
}

function faultsAt(profile: unknown, path: Path): readonly Fault[] {
  const query = textAt(profile, ...path);
  if (query === undefined) return [];
  // A condition asks whether there is anything at all.
  const isCondition = path.at(-1) === 'unless';
  return checkQuery(query)
    .filter(({ isWarning }) => !(isCondition && isWarning))
    .map(({ at, message, isWarning }) => ({
      path,
      message: `character ${at + 1}: ${message}`,
      isWarning,
      at,
    }));
}
