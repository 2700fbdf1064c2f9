/** What a profile scales: the scale subresource of any kind, and the pods behind it. */
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';
import type { FollowOptions, Key } from './collection.ts';
import type { Discovery, TargetRef } from './discovery.ts';
import { createPodCache } from './pod-cache.ts';
import { type TargetPods, toPodRecord, toTargetPods } from './pods.ts';
import { createScaleCache, type Kind } from './scale-cache.ts';
import { writerOf } from './writer.ts';

export interface Target {
  readonly path: string;
  readonly kind: Kind;
  readonly key: Key;
  readonly uid: string;
  /** `spec.replicas`: what was asked for. */
  readonly replicas: number;
  /** Label selector of the pods, as text; empty when the target reports none. */
  readonly selector: string;
  /** The scale as it was read, to write back with another count. */
  readonly scale: Scale;
}

export type FoundTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly message: string };

export interface Targets {
  /**
   * Read the target's scale; the one read last, if a watch shows that the target has not changed since.
   *
   * @returns the target, or an objection for people if there is none
   * @throws ApiError for every other refusal
   */
  readonly get: (ref: TargetRef, namespace: string) => Promise<FoundTarget>;
  /** The pods of the target as watched, else from the API server's cache: at most a moment old, and cheap. */
  readonly readPods: (target: Target, namespace: string) => Promise<TargetPods>;
  /**
   * Who wrote the count that the target has, by its managed fields.
   *
   * @returns the field manager; undefined where nobody says, or we may not read the target
   */
  readonly writerOf: (target: Target) => Promise<string | undefined>;
  /**
   * Ask for `replicas`.
   *
   * @throws ApiError with code 409 if anybody changed the target since it was read
   */
  readonly setReplicas: (target: Target, replicas: number) => Promise<void>;
  /** Whether any `setReplicas` waits for its answer. */
  readonly isScaling: () => boolean;
  /** Keep up with targets and pods by watches, until the signal of the options aborts; without, each call asks anew. */
  readonly run: (options: Omit<FollowOptions, 'path'>) => Promise<void>;
}

const scale = z.looseObject({
  metadata: z.looseObject({ uid: z.string(), resourceVersion: z.string() }),
  // The API server leaves 0 out.
  spec: z.looseObject({ replicas: z.int().min(0).default(0) }).default({ replicas: 0 }),
  status: z.looseObject({ selector: z.string().default('') }).default({ selector: '' }),
});

type Scale = z.output<typeof scale>;

const podList = z.object({ items: z.array(z.unknown()) });

export interface TargetOptions {
  readonly client: Client;
  readonly discovery: Discovery;
  /** The only namespace that is watched; undefined: all. */
  readonly namespace: string | undefined;
  /** Told of each list or watch that failed. */
  readonly onTrouble: (error: unknown) => void;
}

export function createTargets({ client, discovery, namespace, onTrouble }: TargetOptions): Targets {
  const scales = createScaleCache<Scale>(client, namespace, onTrouble);
  const pods = createPodCache(client, onTrouble);
  let writes = 0;
  return {
    get: async (ref, within) => {
      const found = await discovery.scalePath(ref, within);
      if (!found.ok) return found;
      const { path, kind } = found;
      const key = { namespace: within, name: ref.name };
      const known = scales.get(kind, key);
      if (known) return { ok: true, target: toTarget(path, kind, key, known) };
      try {
        const read = scale.parse(await client.request({ verb: 'get', path }));
        scales.put(kind, key, read);
        return { ok: true, target: toTarget(path, kind, key, read) };
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
        return { ok: false, message: `there is no ${ref.kind} named ${ref.name}` };
      }
    },
    readPods: async ({ selector }, within) => {
      if (selector === '') return toTargetPods([]);
      const known = pods.select(within, selector);
      if (known) return toTargetPods(known);
      const path = podsPath(within);
      const query = { labelSelector: selector, resourceVersion: '0' };
      const { items } = podList.parse(await client.request({ verb: 'list', path, query }));
      return toTargetPods(items.map(toPodRecord));
    },
    writerOf: async ({ path }) => {
      const whole = path.replace(/\/scale$/, '');
      try {
        return writerOf(await client.request({ verb: 'get', path: whole, accept: 'metadata' }));
      } catch (error) {
        if (error instanceof ApiError) return undefined;
        throw error;
      }
    },
    setReplicas: async ({ path, kind, key, scale: read }, replicas) => {
      // Until the answer is there, nobody knows what is stored.
      scales.drop(kind, key);
      const body = { ...read, spec: { ...read.spec, replicas } };
      writes += 1;
      try {
        scales.put(kind, key, scale.parse(await client.request({ verb: 'update', path, body })));
      } finally {
        writes -= 1;
      }
    },
    isScaling: () => writes > 0,
    run: async (options) => {
      await Promise.all([scales.run(options), pods.run({ ...options, path: podsPath(namespace) })]);
    },
  };
}

function podsPath(namespace: string | undefined): string {
  return namespace === undefined
    ? '/api/v1/pods'
    : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

function toTarget(path: string, kind: Kind, key: Key, read: Scale): Target {
  const { metadata, spec, status } = read;
  const { uid } = metadata;
  return { path, kind, key, uid, replicas: spec.replicas, selector: status.selector, scale: read };
}
