/** The status of a ConnectionBudget: the ledger, which is the only memory of who may hold how many connections. */
import { z } from 'zod';
import { conditionOf, instant } from './condition.ts';

const name = z.string().min(1).max(253);
const uid = z.string().min(1).max(64);
const connections = z.int().min(0);
const address = z.string().max(64).meta({ description: 'The pod’s IP, once it has one.' });
const containerId = z
  .string()
  .max(128)
  .meta({ description: 'The run of the pooler’s container; empty until one was seen.' });

const lease = z.strictObject({
  uid,
  pod: name,
  profile: name,
  address,
  containerId,
  restarts: z.int().min(0).meta({ description: 'Of that container, as far as known.' }),
  state: z.enum(['Starting', 'Serving', 'Unreachable', 'Terminating', 'Direct']),
  floor: connections.meta({ description: 'What its pooler boots with, and keeps at least.' }),
  connections: connections.meta({ description: 'The most it may hold at this instant.' }),
});

const ghost = z.strictObject({
  uid,
  pod: name,
  address,
  containerId,
  reason: z.enum(['PodGone', 'ContainerRestarted']),
  connections: connections.meta({ description: 'Held until PostgreSQL shows fewer backends.' }),
  since: instant,
});

const share = z.strictObject({
  name: name.meta({ description: 'A ScaleProfile of the same namespace.' }),
  floor: z.int().min(1),
  surge: z.int().min(0),
  replicas: z
    .int()
    .min(0)
    .meta({ description: 'Pods whose floors are kept free; the scale never asks for more.' }),
});

const ledgerSchema = z.strictObject({
  leases: z.array(lease).max(5000).default([]),
  ghosts: z.array(ghost).max(5000).default([]),
  profiles: z.array(share).max(100).default([]),
});

const condition = conditionOf([
  'WithinBudget',
  'Converged',
  'EvidenceAvailable',
  'ReplicasLimited',
  'Saturated',
]);

export const budgetStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional(),
  committedConnections: connections
    .optional()
    .meta({ description: 'Leases, ghosts and the floors of pods to come.' }),
  pods: z.int().min(0).optional(),
  ledger: ledgerSchema.optional(),
  conditions: z
    .array(condition)
    .max(8)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
});

export type Lease = Readonly<z.output<typeof lease>>;
export type Ghost = Readonly<z.output<typeof ghost>>;
export type Share = Readonly<z.output<typeof share>>;
export type BudgetCondition = Readonly<z.output<typeof condition>>;
/** Sorted: leases and ghosts by uid and container, profiles by name. */
export interface Ledger {
  readonly leases: readonly Lease[];
  readonly ghosts: readonly Ghost[];
  readonly profiles: readonly Share[];
}
type Written = z.output<typeof budgetStatusSchema>;
export type BudgetStatus = Readonly<Omit<Written, 'ledger' | 'conditions'>> & {
  readonly ledger?: Ledger | undefined;
  readonly conditions?: readonly BudgetCondition[] | undefined;
};
