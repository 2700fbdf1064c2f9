/** Budgets that are refused, each with the field and the rule that the message must name; held here and by the API server. */
import type { InvalidSpec } from './invalid-spec.ts';
import { group, version } from './profile.ts';

/** A small budget that is accepted, as a plain object; `spec` is laid over its own. */
export function sampleBudget(name: string, spec: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: `${group}/${version}`,
    kind: 'ConnectionBudget',
    metadata: { name },
    spec: {
      serverConnections: 40,
      reserve: 4,
      database: { secretRef: { name: 'operator-database' } },
      ...spec,
    },
  };
}

export const invalidBudgets: readonly InvalidSpec[] = [
  {
    name: 'no size',
    spec: { serverConnections: undefined },
    field: 'spec.serverConnections',
    rule: /Required value/,
  },
  {
    name: 'a size of zero, which PgBouncer takes for unlimited',
    spec: { serverConnections: 0, reserve: 0 },
    field: 'spec.serverConnections',
    rule: /greater than or equal to 1|>=1/,
  },
  {
    name: 'half a connection',
    spec: { serverConnections: 40.5 },
    field: 'spec.serverConnections',
    rule: /integer|expected int/,
  },
  {
    name: 'more than any server takes',
    spec: { serverConnections: 100_001 },
    field: 'spec.serverConnections',
    rule: /less than or equal to 100000|<=100000/,
  },
  {
    name: 'a negative reserve',
    spec: { reserve: -1 },
    field: 'spec.reserve',
    rule: /greater than or equal to 0|>=0/,
  },
  {
    name: 'a reserve that leaves nothing',
    spec: { reserve: 40 },
    field: 'spec.reserve',
    rule: /reserve must be less than serverConnections/,
  },
  {
    name: 'no database',
    spec: { database: undefined },
    field: 'spec.database',
    rule: /Required value/,
  },
  {
    name: 'a database without its Secret',
    spec: { database: { role: 'lms' } },
    field: 'spec.database.secretRef',
    rule: /Required value/,
  },
  {
    name: 'a Secret without a name',
    spec: { database: { secretRef: { name: '' } } },
    field: 'spec.database.secretRef.name',
    rule: /at least 1 char|>=1 char/,
  },
  {
    name: 'a role longer than PostgreSQL keeps',
    spec: { database: { secretRef: { name: 'db' }, role: 'r'.repeat(64) } },
    field: 'spec.database.role',
    rule: /may not be more than 63|Too long|<=63 char/,
  },
  {
    name: 'a fuse for no role',
    spec: { enforceRoleLimit: true },
    field: 'spec.enforceRoleLimit',
    rule: /enforceRoleLimit needs database.role/,
  },
  {
    name: 'a fuse that is neither on nor off',
    spec: { enforceRoleLimit: 'yes' },
    field: 'spec.enforceRoleLimit',
    rule: /boolean/,
  },
];
