/** What one pass decided and everything that led there: written to status, one log line, printed by `bellwether`. */
import { z } from 'zod';

const instant = z.iso.datetime().max(32).meta({ format: 'date-time' });
const sentence = z.string().max(1024);
const replicas = z.int().min(0);

/** Why a proposal was changed. The HPA's reasons where it has them. */
const limitReasons = [
  'FailedSignalHold',
  'Fallback',
  'ScheduleFloor',
  'ScheduleCap',
  'ColdStart',
  'ScaleUpStabilized',
  'ScaleDownStabilized',
  'ScaleUpLimit',
  'ScaleDownLimit',
  'TooManyReplicas',
  'TooFewReplicas',
  'Paused',
] as const;

const proposal = z.strictObject({
  name: z.string().max(63).meta({ description: 'The metric.' }),
  replicas: replicas
    .optional()
    .meta({ description: 'Left out when the reading failed and nothing earlier is known.' }),
  value: z.number().optional().meta({ description: 'The reading, in the metric’s unit.' }),
  at: instant.optional().meta({ description: 'Time of the newest sample.' }),
  need: z
    .number()
    .optional()
    .meta({ description: 'The replicas it asks for before rounding, tolerance and holds.' }),
  failed: z
    .enum(['absent', 'invalid', 'stale', 'error'])
    .optional()
    .meta({ description: 'Why there is no reading.' }),
  message: sentence.meta({ description: 'Why this many, with the numbers.' }),
});

const limit = z.strictObject({
  reason: z.enum(limitReasons),
  from: replicas,
  to: replicas,
  message: sentence,
  until: instant.optional().meta({ description: 'When a window that decides ends.' }),
});

export const decisionSchema = z.strictObject({
  at: instant,
  mode: z.enum(['Active', 'Observe', 'Paused']),
  currentReplicas: replicas,
  readyReplicas: replicas.optional().meta({ description: 'Pods that were Ready.' }),
  proposedReplicas: replicas.meta({ description: 'The winning proposal, before limits.' }),
  desiredReplicas: replicas,
  winner: z
    .string()
    .max(63)
    .optional()
    .meta({ description: 'The metric with the highest proposal.' }),
  reason: z.enum([...limitReasons, 'DesiredWithinRange']),
  message: sentence.meta({ description: 'The decision in one sentence.' }),
  proposals: z.array(proposal).max(10),
  limits: z.array(limit).max(16),
  nextChangeAt: instant
    .optional()
    .meta({ description: 'When, at unchanged load, a window will let go.' }),
});

export type LimitReason = (typeof limitReasons)[number];
export type Proposal = Readonly<z.output<typeof proposal>>;
export type Limit = Readonly<z.output<typeof limit>>;
/** `desiredReplicas` is what should be written to the scale; in mode Observe it is what would have been. */
export type Decision = Readonly<z.output<typeof decisionSchema>>;
