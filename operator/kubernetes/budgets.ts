/** One ConnectionBudget as the API server holds it: its status is the ledger, written only against the version read. */
import { z } from 'zod';
import { parseBudget } from '../api/budget.ts';
import { budgetStatusSchema } from '../api/budget-status.ts';
import { version as apiVersion, group } from '../api/profile.ts';
import type { BudgetStore } from '../pooling/rebalance.ts';
import { ApiError, type Client } from './client.ts';
import type { Key } from './collection.ts';

const stored = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  status: z.unknown().optional(),
});

/** @param namespace undefined: of the whole cluster */
export function budgetsPath(namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/${group}/${apiVersion}${scope}/connectionbudgets`;
}

/**
 * The ledger of one budget. `read` throws ApiError when the API server refuses, and Error when the object is no valid
 * budget or its status no ledger: a ledger that is not understood must never be taken for an empty one.
 */
export function createBudgetStore(client: Client, key: Key): BudgetStore {
  const path = `${budgetsPath(key.namespace)}/${encodeURIComponent(key.name)}`;
  const id = `${key.namespace}/${key.name}`;
  return {
    read: async () => {
      const object = await client.request({ verb: 'get', path });
      const parsed = parseBudget(object);
      if (!parsed.ok) throw new Error(`budget ${id}: ${parsed.problems.join('; ')}`);
      const { metadata, spec } = parsed.budget;
      const found = stored.parse(object);
      const status = budgetStatusSchema.safeParse(found.status ?? {});
      if (!status.success) throw new Error(`status of budget ${id}: ${status.error.message}`);
      return {
        serverConnections: spec.serverConnections,
        reserve: spec.reserve,
        enforceRoleLimit: spec.enforceRoleLimit,
        generation: metadata.generation,
        version: found.metadata.resourceVersion,
        status: status.data,
      };
    },
    write: async (version, status) => {
      const body = {
        apiVersion: `${group}/${apiVersion}`,
        kind: 'ConnectionBudget',
        metadata: { ...key, resourceVersion: version },
        status,
      };
      try {
        const written = await client.request({ verb: 'update', path: `${path}/status`, body });
        return stored.parse(written).metadata.resourceVersion;
      } catch (error) {
        if (error instanceof ApiError && error.code === 409) return undefined;
        throw error;
      }
    },
  };
}
