/** A metric of type Prometheus, its query checked. */
import { checkQuery } from '../prometheus/check.ts';
import type { Path } from '../validate/documents.ts';
import type { DraftMetric } from './draft.ts';
import type { Source } from './source.ts';

interface Queried {
  readonly name: string;
  readonly query: string;
  /** What the profile asks instead of the query, if it differs. */
  readonly sent?: string;
  readonly target: object;
  readonly activation?: string | number | undefined;
}

/** @param path of what holds the query, to blame for its faults */
export function prometheusMetric(
  source: Source,
  path: Path,
  { name, query, sent = query, target, activation }: Queried,
): DraftMetric {
  for (const { at, message, isWarning } of checkQuery(query)) {
    const said = `${JSON.stringify(query)}, character ${at + 1}: ${message}`;
    if (isWarning) source.note(path, said);
    else source.fault(path, said);
  }
  return {
    name,
    type: 'Prometheus',
    prometheus: { query: sent },
    target,
    ...(activation !== undefined && { activation }),
  };
}
