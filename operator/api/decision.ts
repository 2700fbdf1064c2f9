/** What one pass decided and everything that led there: written to status, one log line, printed by `bellwether`. */
import { z } from 'zod';

const instant = z.iso.datetime().max(32).meta({ format: 'date-time' });
const sentence = z.string().max(1024);
const replicas = z.int().min(0);

/** Why a proposal was changed. The HPA's reasons where it has them. */
const limitReasons = [
  'ForeignWriter',
  'PoolSaturated',
  'FailedSignalHold',
  'Fallback',
  'ScheduleFloor',
  'ScheduleCap',
  'ColdStart',
  'ScaleUpStabilized',
  'ScaleDownStabilized',
  'ScaleUpLimit',
  'ScaleDownLimit',
  'BurstHold',
  'GuardHold',
  'GuardRaise',
  'TooManyReplicas',
  'TooFewReplicas',
  'BudgetLimited',
  'Paused',
] as const;

const failureReason = z.enum(['absent', 'invalid', 'stale', 'error']);

/**
 * What a reading beside the metrics' leads to. Burst: Calm, Over its threshold, Holding after it. Guard: objective Met,
 * Missed but not for long enough, Guarding, more pods NotTheCure, bottleneck Elsewhere, Unknown. Schedule: its Floor, the
 * last one Standing in, Ignored.
 */
const watchStates = [
  'Calm',
  'Over',
  'Holding',
  'Met',
  'Missed',
  'Guarding',
  'NotTheCure',
  'Elsewhere',
  'Unknown',
  'Floor',
  'Standing',
  'Ignored',
] as const;

const proposal = z.strictObject({
  name: z.string().max(63).meta({ description: 'The metric.' }),
  source: z
    .enum(['Resource', 'ContainerResource'])
    .optional()
    .meta({ description: 'Its type, if it is told by what pods use; left out for queries.' }),
  replicas: replicas
    .optional()
    .meta({ description: 'Left out when the reading failed and nothing earlier is known.' }),
  value: z.number().optional().meta({ description: 'The reading, in the metric’s unit.' }),
  at: instant.optional().meta({ description: 'Time of the newest sample.' }),
  need: z
    .number()
    .optional()
    .meta({ description: 'The replicas it asks for before rounding, tolerance and holds.' }),
  failed: failureReason.optional().meta({ description: 'Why there is no reading.' }),
  message: sentence.meta({ description: 'Why this many, with the numbers.' }),
});

const limit = z.strictObject({
  reason: z.enum(limitReasons),
  from: replicas,
  to: replicas,
  message: sentence,
  until: instant.optional().meta({ description: 'When a window that decides ends.' }),
});

const watch = z
  .strictObject({
    kind: z.enum(['Burst', 'Guard', 'Schedule']),
    name: z.string().max(63).meta({ description: 'The metric, guard or schedule.' }),
    state: z.enum(watchStates),
    value: z.number().optional(),
    at: instant.optional(),
    failed: failureReason.optional(),
    message: sentence,
  })
  .meta({ description: 'A reading beside those of the metrics, and what follows from it.' });

export const foreignChange = z
  .strictObject({
    at: instant.meta({ description: 'When it was noticed.' }),
    from: replicas,
    to: replicas,
    by: z.string().max(128).optional().meta({ description: 'The field manager, where known.' }),
  })
  .meta({ description: 'A change of replicas that was not ours.' });

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
  watches: z
    .array(watch)
    .max(35)
    .optional()
    .meta({ description: 'Readings of bursts, guards and schedules.' }),
  limits: z.array(limit).max(16),
  foreignChanges: z
    .array(foreignChange)
    .max(10)
    .optional()
    .meta({ description: 'Changes by other writers in the last ten minutes.' }),
  nextChangeAt: instant
    .optional()
    .meta({ description: 'When, at unchanged load, a window will let go.' }),
});

export type LimitReason = (typeof limitReasons)[number];
export type Proposal = Readonly<z.output<typeof proposal>>;
export type ForeignChange = Readonly<z.output<typeof foreignChange>>;
export type Watch = Readonly<z.output<typeof watch>>;
export type Limit = Readonly<z.output<typeof limit>>;
/** `desiredReplicas` is what should be written to the scale; in mode Observe it is what would have been. */
export type Decision = Readonly<z.output<typeof decisionSchema>>;
