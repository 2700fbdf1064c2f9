/** Refused of the rules for scaling up and down. */
import type { InvalidSpec } from '../invalid-spec.ts';

const scaleUp = (rules: object) => ({ behavior: { scaleUp: rules } });

export const invalidBehavior: readonly InvalidSpec[] = [
  {
    name: 'a window over an hour',
    spec: scaleUp({ stabilizationWindowSeconds: 3601 }),
    field: 'spec.behavior.scaleUp.stabilizationWindowSeconds',
    rule: /less than or equal to 3600|<=3600/,
  },
  {
    name: 'no policies',
    spec: scaleUp({ policies: [] }),
    field: 'spec.behavior.scaleUp.policies',
    rule: /at least 1 items|>=1 items/,
  },
  {
    name: 'a policy of nothing',
    spec: scaleUp({ policies: [{ type: 'Pods', value: 0, periodSeconds: 15 }] }),
    field: 'spec.behavior.scaleUp.policies[0].value',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'a policy period over half an hour',
    spec: scaleUp({ policies: [{ type: 'Pods', value: 1, periodSeconds: 1801 }] }),
    field: 'spec.behavior.scaleUp.policies[0].periodSeconds',
    rule: /less than or equal to 1800|<=1800/,
  },
  {
    name: 'a policy that selects otherwise',
    spec: scaleUp({ selectPolicy: 'Average' }),
    field: 'spec.behavior.scaleUp.selectPolicy',
    rule: /"Max"/,
  },
  {
    name: 'a tolerance over the whole target',
    spec: scaleUp({ tolerance: '2' }),
    field: 'spec.behavior.scaleUp.tolerance',
    rule: /at most 1|more than 1/,
  },
];
