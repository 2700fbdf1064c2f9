/** Refused of sidecars. */
import type { InvalidSpec } from '../invalid-spec.ts';

const pooler = { budgetRef: { name: 'database' }, credentialsSecretRef: { name: 'database' } };

export const invalidSidecars: readonly InvalidSpec[] = [
  {
    name: 'sidecars of nothing',
    spec: { sidecars: {} },
    field: 'spec.sidecars.pgbouncer',
    rule: /sidecars needs pgbouncer or redis/,
  },
  {
    name: 'sidecars of what has no pods of its own',
    spec: {
      sidecars: { redis: { maxMemory: '64Mi', memoryBudget: '256Mi' } },
      scaleTargetRef: { apiVersion: 'example.org/v1', kind: 'Deployment', name: 'web' },
    },
    field: 'spec.sidecars',
    rule: /Deployment or StatefulSet of apps\/v1/,
  },
  {
    name: 'a floor of no connection, which PgBouncer takes for no limit',
    spec: { sidecars: { pgbouncer: { ...pooler, floor: 0 } } },
    field: 'spec.sidecars.pgbouncer.floor',
    rule: /greater than or equal to 1|>=\s?1/,
  },
  {
    name: 'a pooler whose connections come from nowhere',
    spec: { sidecars: { pgbouncer: { credentialsSecretRef: { name: 'database' } } } },
    field: 'spec.sidecars.pgbouncer.budgetRef',
    rule: /Required value|expected object/,
  },
  {
    name: 'a near cache that refuses writes when it is full',
    spec: {
      sidecars: { redis: { maxMemory: '64Mi', memoryBudget: '256Mi', policy: 'noeviction' } },
    },
    field: 'spec.sidecars.redis.policy',
    rule: /Unsupported value|Invalid option/,
  },
];
