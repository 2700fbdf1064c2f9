/** Fields of the schema whose rules the engine does not have yet: described here, refused by the profile. */
import { z } from 'zod';
import { quantity } from './quantity.ts';

const name = z.string().min(1).max(63);

const resources = z
  .strictObject({
    requests: z.record(z.string().max(63), z.string().max(32)).optional(),
    limits: z.record(z.string().max(63), z.string().max(32)).optional(),
  })
  .optional();

export const plannedSidecars = z
  .strictObject({
    pgbouncer: z
      .strictObject({
        budgetRef: z.strictObject({ name }),
        floor: z.int().min(1).max(1000).optional(),
        weight: z.int().min(1).max(1000).optional(),
        credentialsSecretRef: z.strictObject({ name }).optional(),
        resources,
      })
      .optional(),
    redis: z
      .strictObject({
        maxMemory: quantity('Of one sidecar.', { above: 0 }),
        memoryBudget: quantity('Over all pods.', { above: 0 }).optional(),
        policy: z.enum(['allkeys-lfu', 'allkeys-lru', 'volatile-lfu', 'volatile-lru']).optional(),
        resources,
      })
      .optional(),
  })
  .meta({ description: 'PgBouncer and Redis beside each pod.' });
