/** What the operator puts beside the container of each pod: a PgBouncer within a connection budget, a Redis within a memory budget. */
import { z } from 'zod';
import { quantity } from './quantity.ts';
import { type Rule, ruled } from './rule.ts';

const name = z.string().min(1).max(253);
const amounts = z.record(z.string().min(1).max(63), z.string().min(1).max(32)).optional();

const resources = z
  .strictObject({ requests: amounts, limits: amounts })
  .optional()
  .meta({ description: 'Of the sidecar’s container, as in a pod.' });

const pgbouncer = z.strictObject({
  budgetRef: z.strictObject({ name }).meta({
    description: 'The ConnectionBudget of the same namespace that its connections come from.',
  }),
  floor: z.int().min(1).max(1000).default(3).meta({
    description: 'Connections that each pod has at least, and boots with.',
  }),
  weight: z.int().min(1).max(1000).default(1).meta({
    description: 'How much of what is left a pod gets, relative to pods of other profiles.',
  }),
  directPool: z.int().min(0).max(10_000).default(10).meta({
    description: 'Connections that a pod without the sidecar may open by itself.',
  }),
  credentialsSecretRef: z
    .strictObject({ name, key: z.string().min(1).max(253).default('url') })
    .meta({ description: 'A Secret with the database’s URL, as the application would use it.' }),
  resources,
});

const redis = z.strictObject({
  maxMemory: quantity('The most that one sidecar keeps, in bytes.', { above: 0 }),
  memoryBudget: quantity('The most that the sidecars of all pods keep together, in bytes.', {
    above: 0,
  }),
  policy: z
    .enum(['allkeys-lfu', 'allkeys-lru', 'volatile-lfu', 'volatile-lru'])
    .default('allkeys-lfu')
    .meta({ description: 'What goes first when the memory is full.' }),
  resources,
});

const sidecarFields = z.strictObject({
  pgbouncer: pgbouncer.optional(),
  redis: redis.optional(),
});

const rules: readonly Rule<z.output<typeof sidecarFields>>[] = [
  {
    cel: 'has(self.pgbouncer) || has(self.redis)',
    holds: ({ pgbouncer, redis }) => pgbouncer !== undefined || redis !== undefined,
    field: 'pgbouncer',
    message: 'sidecars needs pgbouncer or redis',
  },
];

export const sidecars = ruled(sidecarFields, rules).meta({
  description: 'PgBouncer and Redis beside each pod.',
});
