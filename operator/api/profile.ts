/** The ScaleProfile: what its author writes, with defaults, bounds and the rules across fields. */
import { z } from 'zod';
import { behavior } from './behavior.ts';
import { burst, burstMetrics, hasBurstQuery } from './burst.ts';
import { type Faulty, parseAs } from './fault.ts';
import { guard } from './guard.ts';
import { metric } from './metric.ts';
import { quantity } from './quantity.ts';
import { type Rule, ruled } from './rule.ts';
import { schedule } from './schedule.ts';
import { sidecars } from './sidecars.ts';

export const group = 'autoscaling.bellwether.dev';
export const version = 'v1alpha1';
/** As what the operator writes: user agent and field manager. */
export const operatorName = 'bellwether-operator';

const int32 = 2_147_483_647;

const scaleTargetRef = z
  .strictObject({
    apiVersion: z.string().min(1).max(253),
    kind: z.string().min(1).max(63),
    name: z.string().min(1).max(253),
  })
  .meta({
    description: 'What is scaled: anything in the same namespace with a scale subresource.',
  });

const strategyFields = z.strictObject({
  type: z.enum(['Adaptive', 'HPA']).default('Adaptive').meta({
    description: 'HPA: exactly its rules. Adaptive: forecasts, at a cost near the HPA’s.',
  }),
  costRatio: quantity('Pod-hours to aim at, relative to what the HPA would use; default 1.03.', {
    above: 0,
    atMost: 10,
  }).optional(),
  holdSeconds: z
    .int()
    .min(1)
    .max(3600)
    .optional()
    .meta({ description: 'How long the highest need holds the replicas; default 180.' }),
  history: z
    .strictObject({
      prometheus: z.boolean().default(true),
      days: z.int().min(1).max(8).default(8),
    })
    .optional()
    .meta({ description: 'Seasons taken over from Prometheus at start; on where left out.' }),
});

type StrategyFields = z.output<typeof strategyFields>;

function onlyAdaptive(field: 'costRatio' | 'holdSeconds' | 'history'): Rule<StrategyFields> {
  return {
    cel: `!has(self.${field}) || self.type == 'Adaptive'`,
    holds: (value) => value[field] === undefined || value.type === 'Adaptive',
    field,
    message: `${field} goes with type Adaptive only`,
  };
}

const strategy = ruled(strategyFields, [
  onlyAdaptive('costRatio'),
  onlyAdaptive('holdSeconds'),
  onlyAdaptive('history'),
]);

const fallback = z.strictObject({
  staleAfterSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .meta({ description: 'A reading whose newest sample is older than this has failed.' }),
  failureSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(180)
    .meta({ description: 'After this long with every metric failed, at least `replicas`.' }),
  replicas: z.int().min(1).max(int32).optional(),
});

/** The API server holds this by the list's map key, and says it in these words. */
function refuseDuplicates(
  list: readonly { readonly name: string }[],
  context: z.RefinementCtx,
): void {
  list.forEach(({ name }, index) => {
    if (list.findIndex((one) => one.name === name) === index) return;
    context.addIssue({ code: 'custom', path: [index], message: `Duplicate value: ${name}` });
  });
}

const byName = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] };

const specFields = z.strictObject({
  scaleTargetRef,
  mode: z.enum(['Active', 'Observe', 'Paused']).default('Active').meta({
    description: 'Observe writes nothing but status; Paused only keeps replicas within bounds.',
  }),
  syncPeriodSeconds: z
    .int()
    .min(1)
    .max(300)
    .optional()
    .meta({ description: 'How often it looks and decides; default 5, with strategy HPA 15.' }),
  minReplicas: z
    .int()
    .min(0)
    .max(int32)
    .default(1)
    .meta({ description: '0 only with a metric that can wake the target.' }),
  maxReplicas: z.int().min(1).max(int32),
  leadTimeSeconds: z.int().min(1).max(3600).optional().meta({
    description:
      'From the order of a pod to its readiness; default: as the target’s own pods have shown it, 45 until one has.',
  }),
  metrics: z.array(metric).min(1).max(10).superRefine(refuseDuplicates).meta(byName),
  strategy: strategy.prefault({ type: 'Adaptive' }),
  behavior: behavior.prefault({}),
  burst: burst.optional(),
  schedules: z.array(schedule).max(20).superRefine(refuseDuplicates).meta(byName).default([]),
  guard: z.array(guard).max(5).superRefine(refuseDuplicates).meta(byName).default([]),
  fallback: fallback.prefault({}),
  sidecars: sidecars.optional(),
});

const rules: readonly Rule<z.output<typeof specFields>>[] = [
  {
    cel: 'self.maxReplicas >= self.minReplicas',
    holds: ({ minReplicas, maxReplicas }) => maxReplicas >= minReplicas,
    field: 'maxReplicas',
    message: 'maxReplicas must be at least minReplicas',
    value: ({ minReplicas, maxReplicas }) => `${maxReplicas} with minReplicas ${minReplicas}`,
  },
  {
    cel:
      '!has(self.burst) || self.metrics.exists(m, has(m.prometheus) && has(m.target)' +
      " && m.target.type == 'AverageValue'" +
      " && (has(m.prometheus.burstQuery) || m.prometheus.query.matches('[$]window\\\\b')))",
    holds: ({ burst, metrics }) => burst === undefined || burstMetrics(metrics).length > 0,
    field: 'burst',
    message:
      'burst needs a Prometheus metric with target AverageValue, and $window in its query or a burstQuery',
  },
  {
    cel: 'has(self.burst) || !self.metrics.exists(m, has(m.prometheus) && has(m.prometheus.burstQuery))',
    holds: ({ burst, metrics }) => burst !== undefined || !metrics.some(hasBurstQuery),
    field: 'metrics',
    message: 'a burstQuery is asked only with a burst',
  },
  {
    cel: "self.minReplicas > 0 || self.metrics.exists(m, m.type == 'Prometheus' || m.type == 'Queue')",
    holds: ({ minReplicas, metrics }) =>
      minReplicas > 0 || metrics.some(({ type }) => type === 'Prometheus' || type === 'Queue'),
    field: 'minReplicas',
    message:
      'minReplicas 0 needs a Prometheus or Queue metric: no pods, no use of a resource to wake them',
  },
  {
    cel:
      "!has(self.sidecars) || (self.scaleTargetRef.apiVersion == 'apps/v1'" +
      " && self.scaleTargetRef.kind in ['Deployment', 'StatefulSet'])",
    holds: ({ sidecars: wanted, scaleTargetRef: { apiVersion, kind } }) =>
      wanted === undefined ||
      (apiVersion === 'apps/v1' && (kind === 'Deployment' || kind === 'StatefulSet')),
    field: 'sidecars',
    message: 'sidecars need a Deployment or StatefulSet of apps/v1 as the target',
  },
];

/** The only default that depends on another field. */
export const profileSpec = ruled(specFields, rules).transform((spec) => ({
  ...spec,
  syncPeriodSeconds: spec.syncPeriodSeconds ?? (spec.strategy.type === 'Adaptive' ? 5 : 15),
}));

const profile = z.object({
  apiVersion: z.literal(`${group}/${version}`),
  kind: z.literal('ScaleProfile'),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().default('default'),
    uid: z.string().default(''),
    generation: z.int().default(1),
  }),
  spec: profileSpec,
});

export type ProfileSpec = z.output<typeof profileSpec>;
export type ScaleProfile = z.output<typeof profile>;

export type ParsedProfile = { readonly ok: true; readonly profile: ScaleProfile } | Faulty;

/** Parse one object as it came from the API server or a file. Never throws. */
export function parseProfile(object: unknown): ParsedProfile {
  const parsed = parseAs(profile, object);
  return parsed.ok ? { ok: true, profile: parsed.value } : parsed;
}
