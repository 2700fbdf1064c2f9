/** Refused of the target, the mode, the period and the bounds. */
import type { InvalidSpec } from '../invalid-spec.ts';

export const invalidBounds: readonly InvalidSpec[] = [
  {
    name: 'max below min',
    spec: { maxReplicas: 1 },
    field: 'spec.maxReplicas',
    rule: /maxReplicas must be at least minReplicas/,
  },
  {
    name: 'max of zero',
    spec: { minReplicas: 0, maxReplicas: 0 },
    field: 'spec.maxReplicas',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'min below zero',
    spec: { minReplicas: -1 },
    field: 'spec.minReplicas',
    rule: /greater than or equal to 0|>=0/,
  },
  {
    name: 'no target',
    spec: { scaleTargetRef: undefined },
    field: 'spec.scaleTargetRef',
    rule: /Required value/,
  },
  {
    name: 'a mode that does not exist',
    spec: { mode: 'Dry' },
    field: 'spec.mode',
    rule: /"Active"/,
  },
  {
    name: 'a sync period of zero',
    spec: { syncPeriodSeconds: 0 },
    field: 'spec.syncPeriodSeconds',
    rule: /greater than or equal to 1|>=1/,
  },
];
