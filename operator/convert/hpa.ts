/** From a HorizontalPodAutoscaler, autoscaling/v2 or v1, to what a profile says. */
import type { Path } from '../validate/documents.ts';
import {
  type ConvertOptions,
  type Draft,
  type DraftMetric,
  hpaSyncSeconds,
  metricName,
  readBehavior,
} from './draft.ts';
import { prometheusMetric } from './prometheus-metric.ts';
import type { Source } from './source.ts';

/** What the API server fills in where an HPA names no metric. */
const defaultUtilization = 80;

export function fromHpa(source: Source, options: ConvertOptions): Draft {
  const isFirst = source.text('apiVersion') === 'autoscaling/v1';
  const metrics = isFirst ? [cpuOfFirst(source)] : readMetrics(source, options);
  const wanted = source.items('spec', 'metrics').length;
  const isWhole = isFirst || metrics.length >= wanted;
  const behavior = readBehavior(source, ['spec', 'behavior']);
  if (metrics.length === 0 && source.faults.length === 0) {
    source.fault(['spec', 'metrics'], 'none of them can be converted as it is');
  } else if (!isWhole) {
    source.note(
      ['spec', 'metrics'],
      'mode is Observe, for the profile lacks some of them: add them, then take mode out',
    );
  }
  return {
    scaleTargetRef: {
      apiVersion: source.text('spec', 'scaleTargetRef', 'apiVersion') ?? 'apps/v1',
      kind: source.required('spec', 'scaleTargetRef', 'kind'),
      name: source.required('spec', 'scaleTargetRef', 'name'),
    },
    ...((options.observe || !isWhole) && { mode: 'Observe' }),
    syncPeriodSeconds: hpaSyncSeconds,
    minReplicas: source.whole('spec', 'minReplicas') ?? 1,
    maxReplicas: source.whole('spec', 'maxReplicas'),
    metrics,
    ...(behavior && { behavior }),
  };
}

function cpuOfFirst(source: Source): DraftMetric {
  const annotations = source.value('metadata', 'annotations') ?? {};
  for (const name of Object.keys(annotations)) {
    if (!/^autoscaling\.alpha\.kubernetes\.io\/(metrics|behavior)$/.test(name)) continue;
    source.fault(
      ['metadata', 'annotations', name],
      'this is a v2 object read as v1: take kubectl get hpa.v2.autoscaling',
    );
  }
  const percent = source.whole('spec', 'targetCPUUtilizationPercentage');
  return cpuAt(source, percent);
}

function cpuAt(source: Source, percent: number | undefined): DraftMetric {
  if (percent === undefined) {
    source.note(
      ['spec'],
      `names no metric: the default of ${defaultUtilization} % of the CPU requests is written out`,
    );
  }
  const averageUtilization = percent ?? defaultUtilization;
  return {
    name: 'cpu',
    type: 'Resource',
    resource: { name: 'cpu' },
    target: { type: 'Utilization', averageUtilization },
  };
}

function readMetrics(source: Source, options: ConvertOptions): readonly DraftMetric[] {
  const paths = source.items('spec', 'metrics');
  if (paths.length === 0) return [cpuAt(source, undefined)];
  return paths.flatMap((path) => readMetric(source, path, options) ?? []);
}

function readMetric(source: Source, path: Path, options: ConvertOptions): DraftMetric | undefined {
  const type = source.required(...path, 'type');
  if (type === 'Resource') return resourceMetric(source, [...path, 'resource'], type);
  if (type === 'ContainerResource') {
    return resourceMetric(source, [...path, 'containerResource'], type);
  }
  const block = { External: 'external', Pods: 'pods', Object: 'object' }[type];
  if (block !== undefined) return adaptedMetric(source, [...path, block], type, options);
  if (type === '') return undefined;
  return source.fault([...path, 'type'], `${JSON.stringify(type)}: no such type of metric`);
}

function resourceMetric(source: Source, path: Path, type: string): DraftMetric | undefined {
  const name = source.required(...path, 'name');
  if (name !== '' && name !== 'cpu' && name !== 'memory') {
    return source.fault(
      [...path, 'name'],
      `${JSON.stringify(name)}: only cpu and memory can be converted`,
    );
  }
  const container =
    type === 'ContainerResource' ? source.required(...path, 'container') : undefined;
  return {
    name: metricName(container === undefined ? name : `${name}-${container}`, 'resource'),
    type,
    resource: { name, ...(container !== undefined && { container }) },
    target: readTarget(source, [...path, 'target']),
  };
}

/** Its number comes from an adapter, which alone knows the query. */
function adaptedMetric(
  source: Source,
  path: Path,
  type: string,
  { queries }: ConvertOptions,
): DraftMetric | undefined {
  const name = source.required(...path, 'metric', 'name');
  source.value(...path, 'metric', 'selector');
  source.value(...path, 'describedObject');
  const target = readTarget(source, [...path, 'target']);
  const query = Object.hasOwn(queries, name) ? queries[name] : undefined;
  if (query === undefined) {
    source.note(
      path,
      `${type} metric ${name} is left out: an adapter answers for it, and its query is not here. Give it as --query '${name}=PROMQL'`,
    );
    return undefined;
  }
  if (type === 'Pods') {
    source.note(
      path,
      `${name}: the query must give the total over all pods; missing and unready pods are not corrected for`,
    );
  }
  return prometheusMetric(source, path, { name: metricName(name, 'external'), query, target });
}

function readTarget(source: Source, path: Path): object {
  const type = source.required(...path, 'type');
  const averageUtilization = source.whole(...path, 'averageUtilization');
  const averageValue = source.quantity(...path, 'averageValue');
  const value = source.quantity(...path, 'value');
  return {
    type,
    ...(averageUtilization !== undefined && { averageUtilization }),
    ...(averageValue !== undefined && { averageValue }),
    ...(value !== undefined && { value }),
  };
}
