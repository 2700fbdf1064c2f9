/** The status of a ScaleProfile: what was decided and why, and the little that a restart must not forget. */
import { z } from 'zod';
import { adaptiveMemorySchema } from './adaptive-memory.ts';
import { conditionOf, instant } from './condition.ts';
import { decisionSchema, foreignChange } from './decision.ts';

const replicas = z.int().min(0);

const condition = conditionOf([
  'Ready',
  'AbleToScale',
  'ScalingActive',
  'ScalingLimited',
  'Fallback',
  'ObjectiveMissed',
  'ForeignWriter',
  'SidecarsReady',
]);

const recorded = z.strictObject({ at: instant, replicas });

/** One list entry is a proposal that held until `at`; entries that can never decide again are dropped. */
export const memorySchema = z.object({
  proposals: z.array(recorded).max(7300).default([]),
  scaleEvents: z
    .array(z.strictObject({ at: instant, change: z.int() }))
    .max(3700)
    .default([]),
  signals: z
    .record(
      z.string().max(63),
      z.object({
        proposals: z.array(recorded).max(7300).default([]),
        ratePerReplica: z.number().positive().optional(),
        rateAt: instant.optional(),
        adaptive: adaptiveMemorySchema.optional(),
      }),
    )
    .default({}),
  failedSince: instant.optional(),
  burstAt: instant.optional(),
  replicas: replicas.optional().meta({ description: 'As the last pass left them.' }),
  foreign: z.array(foreignChange).max(10).default([]),
  guards: z
    .record(
      z.string().max(63),
      z.object({
        missedSince: instant,
        failedSince: instant.optional(),
        steps: z.int().min(0).default(0),
        baseline: z.number().optional(),
        stepAt: instant.optional(),
        stopped: z.boolean().optional(),
      }),
    )
    .default({}),
  floors: z
    .record(z.string().max(63), z.object({ replicas, failedSince: instant.optional() }))
    .default({}),
});

const metricStatus = z.strictObject({
  name: z.string().max(63),
  value: z.number().optional(),
  at: instant.optional(),
  failed: z.string().max(16).optional(),
});

const leadTime = z
  .strictObject({
    seconds: z.int().min(1).meta({ description: 'Nine in ten of the samples took no longer.' }),
    samples: z.array(z.number().min(0)).max(30),
    until: instant.meta({ description: 'When the last of these pods became Ready.' }),
  })
  .meta({
    description: 'From the order of a pod to its readiness, seconds, as the last pods have shown.',
  });

export const statusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional(),
  currentReplicas: replicas.optional(),
  desiredReplicas: replicas.optional(),
  lastScaleTime: instant.optional(),
  conditions: z
    .array(condition)
    .max(16)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
  metrics: z
    .array(metricStatus)
    .max(10)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
  decision: decisionSchema.optional(),
  memory: memorySchema.optional(),
  leadTime: leadTime.optional(),
});

export type Condition = Readonly<z.output<typeof condition>>;
export type ProfileStatus = Readonly<z.output<typeof statusSchema>>;
/** What a status says, without the memory that is kept in it. */
export type StatusBody = Omit<ProfileStatus, 'memory'>;
/** Memory as it is written down: times as ISO text. */
export type WrittenMemory = z.output<typeof memorySchema>;
