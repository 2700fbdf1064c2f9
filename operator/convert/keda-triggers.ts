/** KEDA's triggers: prometheus, cpu and memory become metrics, cron becomes a schedule; all others are refused. */
import { parseQuery } from '../prometheus/query.ts';
import type { Path } from '../validate/documents.ts';
import { numberAt, textAt } from '../validate/look.ts';
import { changesClocks, plainCron, windowSeconds } from './cron.ts';
import { type DraftMetric, metricName } from './draft.ts';
import { prometheusMetric } from './prometheus-metric.ts';
import type { Source } from './source.ts';

export interface Trigger {
  readonly metric?: DraftMetric;
  readonly schedule?: object;
}

const convertible = ['prometheus', 'cpu', 'memory', 'cron'];
/** Settings of a prometheus trigger that prove who asks. */
const proofs = ['authModes', 'awsRegion', 'identityOwner'];
/** Settings that change what is asked of which server. */
const settings = [
  'namespace',
  'cortexOrgID',
  'customHeaders',
  'queryParameters',
  'unsafeSsl',
  'timeout',
];

/** @returns undefined where it cannot be converted: the source has the faults */
export function readTrigger(source: Source, path: Path, index: number): Trigger | undefined {
  const type = source.required(...path, 'type');
  if (type !== '' && !convertible.includes(type)) {
    source.value(...path);
    const message = `${JSON.stringify(type)}: only triggers of type ${convertible.join(', ')} can be converted`;
    return source.fault([...path, 'type'], message);
  }
  if (source.value(...path, 'authenticationRef') !== undefined) {
    source.fault(
      [...path, 'authenticationRef'],
      'the operator asks its own Prometheus, and proves nothing to it: put a proxy that does between them, and leave this out',
    );
  }
  if (source.value(...path, 'useCachedMetrics') === true) {
    source.note([...path, 'useCachedMetrics'], 'every look reads anew');
  }
  const name = source.text(...path, 'name');
  if (type === 'prometheus') return { metric: ofPrometheus(source, path, name, index) };
  if (type === 'cron') return { schedule: ofCron(source, path, name ?? `cron-${index}`) };
  return type === '' ? undefined : { metric: ofResource(source, path, type, name) };
}

/** Metadata are texts, whatever they mean. */
function metadata(source: Source, path: Path, field: string): string | undefined {
  const value = source.value(...path, 'metadata', field);
  return value === undefined ? undefined : String(value).trim();
}

function needed(source: Source, path: Path, field: string): string {
  const value = metadata(source, path, field);
  if (value === undefined || value === '') {
    source.fault([...path, 'metadata', field], 'Required value');
  }
  return value ?? '';
}

function ofPrometheus(
  source: Source,
  path: Path,
  given: string | undefined,
  index: number,
): DraftMetric {
  for (const field of proofs) {
    if (metadata(source, path, field) === undefined) continue;
    source.fault(
      [...path, 'metadata', field],
      'the operator asks its own Prometheus, and proves nothing to it',
    );
  }
  for (const field of settings) {
    const value = metadata(source, path, field);
    if (value === undefined) continue;
    source.note(
      [...path, 'metadata', field],
      `${value}: the operator asks its own Prometheus, without it`,
    );
  }
  const server = needed(source, path, 'serverAddress');
  source.note(
    [...path, 'metadata', 'serverAddress'],
    `${server}: the operator asks the Prometheus of its PROMETHEUS_URL, which must hold the same series`,
  );
  const name = given ?? metadata(source, path, 'metricName') ?? '';
  const query = needed(source, path, 'query');
  const threshold = numeric(source, path, 'threshold', needed(source, path, 'threshold'));
  const activation = metadata(source, path, 'activationThreshold');
  const metricType = source.text(...path, 'metricType') ?? 'AverageValue';
  if (metricType !== 'AverageValue' && metricType !== 'Value') {
    source.fault(
      [...path, 'metricType'],
      `${JSON.stringify(metricType)}: must be AverageValue or Value`,
    );
  }
  return prometheusMetric(source, [...path, 'metadata', 'query'], {
    name: metricName(name, `prometheus-${index}`),
    query,
    sent: zeroWhereEmpty(source, path, query),
    target:
      metricType === 'Value'
        ? { type: 'Value', value: threshold }
        : { type: 'AverageValue', averageValue: threshold },
    activation:
      activation === undefined
        ? undefined
        : numeric(source, path, 'activationThreshold', activation),
  });
}

/** KEDA takes no result, NaN and infinity for 0, unless it is told not to. */
function zeroWhereEmpty(source: Source, path: Path, query: string): string {
  const ignored = metadata(source, path, 'ignoreNullValues') ?? 'true';
  const parsed = parseQuery(query, 60);
  // A number of its own is never empty.
  const isConstant = typeof parsed === 'string' || parsed.isScalar;
  if (/^(false|f|0)$/i.test(ignored) || isConstant) return query;
  source.note(
    [...path, 'metadata', 'ignoreNullValues'],
    'KEDA takes a result that is empty, NaN or infinite for 0: so does the query now. Take it out to have such a reading hold the count',
  );
  return `(${query}\n) < Inf or on() vector(0)`.replace(/^\(([^#\n]*)\n\)/, '($1)');
}

function ofResource(
  source: Source,
  path: Path,
  type: string,
  given: string | undefined,
): DraftMetric {
  const container = metadata(source, path, 'containerName');
  const targetType = source.text(...path, 'metricType') ?? metadata(source, path, 'type');
  const value = needed(source, path, 'value');
  if (targetType === undefined) source.fault([...path, 'metricType'], 'Required value');
  return {
    name: metricName(given ?? (container === undefined ? type : `${type}-${container}`), type),
    type: container === undefined ? 'Resource' : 'ContainerResource',
    resource: { name: type, ...(container !== undefined && { container }) },
    target:
      targetType === 'Utilization'
        ? { type: targetType, averageUtilization: numeric(source, path, 'value', value) }
        : { type: targetType, averageValue: value },
  };
}

/** A floor while the window is open. Outside it KEDA asks for one replica, or for none of a target that may go to zero. */
function ofCron(source: Source, path: Path, name: string): object {
  const timeZone = needed(source, path, 'timezone');
  const start = plainCron(needed(source, path, 'start'));
  const end = plainCron(needed(source, path, 'end'));
  const replicas = numeric(
    source,
    path,
    'desiredReplicas',
    needed(source, path, 'desiredReplicas'),
  );
  const seconds = start !== '' && end !== '' ? windowSeconds(start, end) : undefined;
  if (typeof seconds === 'string') {
    source.fault(
      [...path, 'metadata'],
      `${start} to ${end}: ${seconds}: no schedule of one length says the same`,
    );
  }
  if (isZone(timeZone) && changesClocks(timeZone)) {
    source.note(
      [...path, 'metadata', 'timezone'],
      `${timeZone} changes its clocks: a window that is open then ends an hour earlier or later than here`,
    );
  }
  return { name, timeZone, start, durationSeconds: seconds, minReplicas: replicas };
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).format(0) !== '';
  } catch {
    return false;
  }
}

function numeric(source: Source, path: Path, field: string, text: string): number | string {
  const number = text === '' ? Number.NaN : Number(text);
  if (text !== '' && !Number.isFinite(number)) {
    source.fault([...path, 'metadata', field], `${JSON.stringify(text)}: must be a number`);
  }
  return Number.isInteger(number) ? number : text;
}

/** Whether the count may go to zero by what these triggers say: by pods alone it cannot. */
export function resourceTriggers(source: Source, paths: readonly Path[]): readonly Path[] {
  return paths.filter((path) =>
    ['cpu', 'memory'].includes(textAt(source.object, ...path, 'type') ?? ''),
  );
}

/** The HPA's down window, which decides here when the last replica goes. */
export function downWindowSeconds(behavior: object | undefined): number {
  return numberAt(behavior, 'scaleDown', 'stabilizationWindowSeconds') ?? 300;
}
