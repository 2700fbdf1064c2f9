/** One Lease object: read it, or write it against the version that was read. */
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';

/** What a lease says; the times are its writer's and only for people: nobody judges expiry by them. */
export interface LeaseRecord {
  /** Empty when it was released. */
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquiredAt: string;
  readonly renewedAt: string;
  /** How often the holder changed. */
  readonly transitions: number;
}

export interface StoredLease {
  readonly record: LeaseRecord;
  /** Changes with every write. */
  readonly version: string;
}

export interface LeaseStore {
  /** @returns undefined if there is none yet */
  readonly get: () => Promise<StoredLease | undefined>;
  /**
   * @param version that the record replaces; undefined creates the lease
   * @returns what is stored now, or undefined if somebody else wrote in between
   */
  readonly put: (
    record: LeaseRecord,
    version: string | undefined,
  ) => Promise<StoredLease | undefined>;
}

const stored = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({
      holderIdentity: z.string().default(''),
      leaseDurationSeconds: z.int().default(15),
      acquireTime: z.string().default(''),
      renewTime: z.string().default(''),
      leaseTransitions: z.int().default(0),
    })
    .prefault({}),
});

/** A time as `MicroTime` fields want it: six digits of a second. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

export function createLeaseStore(client: Client, namespace: string, name: string): LeaseStore {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  const path = `${collection}/${encodeURIComponent(name)}`;
  const body = (record: LeaseRecord, version: string | undefined) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, ...(version !== undefined && { resourceVersion: version }) },
    spec: {
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquiredAt,
      renewTime: record.renewedAt,
      leaseTransitions: record.transitions,
    },
  });

  return {
    get: async () => {
      try {
        return toLease(await client.request({ verb: 'get', path }));
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    put: async (record, version) => {
      const request =
        version === undefined
          ? ({ verb: 'create', path: collection } as const)
          : ({ verb: 'update', path } as const);
      try {
        return toLease(await client.request({ ...request, body: body(record, version) }));
      } catch (error) {
        // 409: somebody was faster; 404: somebody deleted it. Both are seen at the next get.
        if (error instanceof ApiError && (error.code === 409 || error.code === 404))
          return undefined;
        throw error;
      }
    },
  };
}

function toLease(object: unknown): StoredLease {
  const { metadata, spec } = stored.parse(object);
  return {
    version: metadata.resourceVersion,
    record: {
      holder: spec.holderIdentity,
      durationSeconds: spec.leaseDurationSeconds,
      acquiredAt: spec.acquireTime,
      renewedAt: spec.renewTime,
      transitions: spec.leaseTransitions,
    },
  };
}
