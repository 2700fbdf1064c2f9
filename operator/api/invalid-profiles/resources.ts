/** Refused of metrics of resources. */
import type { InvalidSpec } from '../invalid-spec.ts';
import { metrics, sampleMetric } from '../sample-profile.ts';

const cpu = {
  name: 'cpu',
  type: 'Resource',
  resource: { name: 'cpu' },
  target: { type: 'Utilization', averageUtilization: 70 },
};

export const invalidResources: readonly InvalidSpec[] = [
  {
    name: 'a resource metric of no resource',
    spec: metrics({ ...cpu, resource: undefined }),
    field: 'spec.metrics[0].resource',
    rule: /must be given with type Resource or ContainerResource, and only then/,
  },
  {
    name: 'a resource of a Prometheus metric',
    spec: metrics({ ...sampleMetric, resource: cpu.resource }),
    field: 'spec.metrics[0].resource',
    rule: /must be given with type Resource or ContainerResource, and only then/,
  },
  {
    name: 'a resource that no pod requests',
    spec: metrics({ ...cpu, resource: { name: 'disk' } }),
    field: 'spec.metrics[0].resource.name',
    rule: /"cpu"/,
  },
  {
    name: 'a container resource without its container',
    spec: metrics({ ...cpu, type: 'ContainerResource' }),
    field: 'spec.metrics[0].resource',
    rule: /container must be given with type ContainerResource/,
  },
  {
    name: 'a value of a resource',
    spec: metrics({ ...cpu, target: { type: 'Value', value: '1' } }),
    field: 'spec.metrics[0].target',
    rule: /Value is not for Resource metrics/,
  },
  {
    name: 'a utilization of nothing',
    spec: metrics({ ...cpu, target: { type: 'Utilization', averageUtilization: 0 } }),
    field: 'spec.metrics[0].target.averageUtilization',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'a utilization without its percentage',
    spec: metrics({ ...cpu, target: { type: 'Utilization', averageValue: '500m' } }),
    field: 'spec.metrics[0].target',
    rule: /exactly the value of its type/,
  },
  {
    name: 'a capacity of a resource metric',
    spec: metrics({
      ...cpu,
      target: { type: 'AverageValue', averageValue: '1' },
      capacityPerReplica: '2',
    }),
    field: 'spec.metrics[0].capacityPerReplica',
    rule: /goes with type Prometheus only/,
  },
  {
    name: 'sleep that only a resource could end',
    spec: {
      minReplicas: 0,
      ...metrics(cpu, { ...cpu, name: 'memory', resource: { name: 'memory' } }),
    },
    field: 'spec.minReplicas',
    rule: /minReplicas 0 needs a Prometheus or Queue metric/,
  },
  {
    name: 'utilization of a Prometheus metric',
    spec: metrics({ ...sampleMetric, target: { type: 'Utilization', averageUtilization: 70 } }),
    field: 'spec.metrics[0].target',
    rule: /Utilization is for Resource metrics/,
  },
];
