/** How fast replicas may move: the fields, bounds and meaning of the HPA's `behavior`. */
import { z } from 'zod';
import { quantity } from './quantity.ts';

const policy = z.strictObject({
  type: z.enum(['Pods', 'Percent']),
  value: z.int().min(1).max(2_147_483_647),
  periodSeconds: z.int().min(1).max(1800),
});

const scalingRules = z.strictObject({
  stabilizationWindowSeconds: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .meta({ description: 'Default 0 for scaleUp, 300 for scaleDown.' }),
  selectPolicy: z
    .enum(['Max', 'Min', 'Disabled'])
    .default('Max')
    .meta({ description: 'Which policy counts when several allow different changes.' }),
  policies: z.array(policy).min(1).max(20).optional().meta({
    description:
      'Default for scaleUp: 4 pods or 100 percent in 15 s; for scaleDown: 100 percent in 15 s.',
  }),
  tolerance: quantity('How far the load may be from its target before anything moves.', {
    atLeast: 0,
    atMost: 1,
  })
    .optional()
    .meta({ description: 'Fraction of the target; default 0.1.' }),
});

export const behavior = z.strictObject({
  scaleUp: scalingRules.optional(),
  scaleDown: scalingRules.optional(),
});

export type Behavior = z.output<typeof behavior>;
export type ScalingRules = z.output<typeof scalingRules>;
export type ScalingPolicy = z.output<typeof policy>;
