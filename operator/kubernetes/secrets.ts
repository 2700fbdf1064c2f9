/** Secrets by name. There is no list and no watch: nobody has to give the operator a right to read all of them. */
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';
import type { Key } from './collection.ts';

export interface StoredSecret {
  /** Changes with every write. */
  readonly version: string;
  /** UIDs of the objects that it goes away with. */
  readonly owners: readonly string[];
  /** Decoded, by key. */
  readonly data: SecretData;
  /** When each manager wrote it last, milliseconds since the epoch, to the second. */
  readonly writtenMs: ReadonlyMap<string, number>;
}

export type SecretData = Readonly<Record<string, string>>;

/** The object that a Secret goes away with, of the same namespace. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface Secrets {
  /** @returns undefined if there is none */
  readonly get: (key: Key) => Promise<StoredSecret | undefined>;
  /**
   * Make `data` the whole content.
   *
   * @param version that it replaces; undefined makes the Secret
   * @returns the new version, or undefined if somebody else wrote in between
   */
  readonly put: (
    key: Key,
    data: SecretData,
    version: string | undefined,
  ) => Promise<string | undefined>;
  /**
   * Apply `data` as `manager`, by server-side apply: keys that it applied before and are no longer there go away.
   *
   * @throws ApiError with code 409 if another manager has set one of the keys
   */
  readonly apply: (key: Key, data: SecretData, owner: Owner, manager: string) => Promise<void>;
}

const stored = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
    managedFields: z
      .array(z.object({ manager: z.string().default(''), time: z.string().default('') }))
      .default([]),
  }),
  data: z.record(z.string(), z.string()).default({}),
});

export function createSecrets(client: Client): Secrets {
  return {
    get: async (key) => {
      try {
        const found = stored.parse(await client.request({ verb: 'get', path: pathOf(key) }));
        const { resourceVersion, ownerReferences, managedFields } = found.metadata;
        return {
          version: resourceVersion,
          owners: ownerReferences.map(({ uid }) => uid),
          data: mapValues(found.data, (text) => Buffer.from(text, 'base64').toString()),
          writtenMs: new Map(managedFields.map(({ manager, time }) => [manager, Date.parse(time)])),
        };
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    put: async (key, data, version) => {
      const request =
        version === undefined
          ? ({ verb: 'create', path: collectionOf(key) } as const)
          : ({ verb: 'update', path: pathOf(key) } as const);
      const metadata = { ...key, ...(version !== undefined && { resourceVersion: version }) };
      try {
        const written = await client.request({ ...request, body: { ...body(data), metadata } });
        return stored.parse(written).metadata.resourceVersion;
      } catch (error) {
        // 409: somebody was faster; 404: somebody deleted it. Both are seen at the next get.
        if (error instanceof ApiError && (error.code === 409 || error.code === 404))
          return undefined;
        throw error;
      }
    },
    apply: async (key, data, owner, manager) => {
      await client.request({
        verb: 'apply',
        path: pathOf(key),
        query: { fieldManager: manager },
        body: { ...body(data), metadata: { ...key, ownerReferences: [owner] } },
      });
    },
  };
}

function body(data: SecretData) {
  const encoded = mapValues(data, (text) => Buffer.from(text).toString('base64'));
  return { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: encoded };
}

function mapValues(data: SecretData, change: (text: string) => string): SecretData {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, change(text)]));
}

function collectionOf({ namespace }: Key): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
}

function pathOf(key: Key): string {
  return `${collectionOf(key)}/${encodeURIComponent(key.name)}`;
}
