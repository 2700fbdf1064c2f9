/** The ConnectionBudget: what its author writes, with defaults, bounds and the rules across fields. */
import { z } from 'zod';
import { type Faulty, parseAs } from './fault.ts';
import { group, version } from './profile.ts';
import { type Rule, ruled } from './rule.ts';

const mostConnections = 100_000;

const secretRef = z
  .strictObject({
    name: z.string().min(1).max(253),
    key: z.string().min(1).max(253).default('url'),
  })
  .meta({ description: 'A Secret of the same namespace with the URL of the operator’s own role.' });

const database = z.strictObject({
  secretRef,
  role: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .meta({ description: 'The role that the poolers connect as.' }),
});

const specFields = z.strictObject({
  serverConnections: z.int().min(1).max(mostConnections).meta({
    description: 'What all pods and the reserve together may open.',
  }),
  reserve: z
    .int()
    .min(0)
    .max(mostConnections)
    .default(0)
    .meta({ description: 'Kept for others, such as migrations and monitoring.' }),
  database,
  enforceRoleLimit: z
    .boolean()
    .default(false)
    .meta({ description: 'Also set the connection limit of the role, as a fuse.' }),
});

const rules: readonly Rule<z.output<typeof specFields>>[] = [
  {
    cel: 'self.reserve < self.serverConnections',
    holds: ({ reserve, serverConnections }) => reserve < serverConnections,
    field: 'reserve',
    message: 'reserve must be less than serverConnections, or no pod could connect',
    value: ({ reserve, serverConnections }) => `${reserve} of ${serverConnections}`,
  },
  {
    cel: '!self.enforceRoleLimit || has(self.database.role)',
    holds: ({ enforceRoleLimit, database: { role } }) => !enforceRoleLimit || role !== undefined,
    field: 'enforceRoleLimit',
    message: 'enforceRoleLimit needs database.role',
  },
];

export const budgetSpec = ruled(specFields, rules);

const budget = z.object({
  apiVersion: z.literal(`${group}/${version}`),
  kind: z.literal('ConnectionBudget'),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().default('default'),
    generation: z.int().default(1),
  }),
  spec: budgetSpec,
});

export type ConnectionBudget = z.output<typeof budget>;

/** Parse one object as it came from the API server or a file. Never throws. */
export function parseBudget(
  object: unknown,
): { readonly ok: true; readonly budget: ConnectionBudget } | Faulty {
  const parsed = parseAs(budget, object);
  return parsed.ok ? { ok: true, budget: parsed.value } : parsed;
}
