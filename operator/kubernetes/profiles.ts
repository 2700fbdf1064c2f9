/** ScaleProfiles as the API server holds them: read one, apply its status. */
import { z } from 'zod';
import { group, operatorName, version } from '../api/profile.ts';
import type { ProfileStatus } from '../api/status.ts';
import { ApiError, type Client } from './client.ts';
import type { Key } from './collection.ts';

/** An object that may be no valid profile: what a pass needs of it even then. */
export interface StoredProfile {
  readonly key: Key;
  readonly uid: string;
  readonly generation: number;
  /** Of creation, by the API server; sorts by age. */
  readonly createdAt: string;
  /** Follows our own writes of its status. */
  resourceVersion: string;
  /** Without status and bookkeeping, unparsed. */
  readonly object: object;
  /** `status`, unparsed. */
  readonly status: unknown;
}

export interface Profiles {
  /** @returns undefined if it is gone or being deleted */
  readonly get: (key: Key) => Promise<StoredProfile | undefined>;
  /**
   * Make `status` the whole status, by server-side apply. The version it was decided on must still be current, so
   * an operator that fell asleep never overwrites what the next leader wrote.
   *
   * @returns the object's new version
   * @throws ApiError with code 409 if the object changed since it was read
   */
  readonly applyStatus: (profile: StoredProfile, status: ProfileStatus) => Promise<string>;
}

const stored = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    generation: z.number(),
    resourceVersion: z.string(),
    creationTimestamp: z.string().default(''),
    deletionTimestamp: z.string().optional(),
  }),
  apiVersion: z.unknown().optional(),
  kind: z.unknown().optional(),
  spec: z.unknown().optional(),
  status: z.unknown().optional(),
});

/** @param namespace undefined: of the whole cluster */
export function profilesPath(namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/${group}/${version}${scope}/scaleprofiles`;
}

export function createProfiles(client: Client): Profiles {
  const pathOf = ({ namespace, name }: Key) =>
    `${profilesPath(namespace)}/${encodeURIComponent(name)}`;
  return {
    get: async (key) => {
      try {
        return toStored(await client.request({ verb: 'get', path: pathOf(key) }));
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    applyStatus: async ({ key, resourceVersion }, status) => {
      const applied = await client.request({
        verb: 'apply',
        path: `${pathOf(key)}/status`,
        query: { fieldManager: operatorName, force: 'true' },
        body: {
          apiVersion: `${group}/${version}`,
          kind: 'ScaleProfile',
          metadata: { ...key, resourceVersion },
          status,
        },
      });
      return stored.parse(applied).metadata.resourceVersion;
    },
  };
}

/** @returns undefined if the object is being deleted */
export function toStored(object: unknown): StoredProfile | undefined {
  const { apiVersion, kind, metadata, spec, status } = stored.parse(object);
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const { name, namespace, uid, generation, resourceVersion } = metadata;
  const createdAt = metadata.creationTimestamp;
  const key = { namespace, name };
  const kept = { apiVersion, kind, metadata: key, spec };
  return { key, uid, generation, createdAt, resourceVersion, object: kept, status };
}
