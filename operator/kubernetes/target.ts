/** What a profile scales: the scale subresource of any kind, and the pods behind it. */
import { z } from 'zod';
import type { PodObservation } from '../scaling/pod.ts';
import { ApiError, type Client } from './client.ts';
import type { Discovery, TargetRef } from './discovery.ts';
import { countPods, type PodCounts, podList, toObservation } from './pods.ts';

export interface Target {
  readonly path: string;
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

interface TargetPods extends PodCounts {
  readonly pods: readonly PodObservation[];
}

export interface Targets {
  /**
   * Read the target's scale.
   *
   * @returns the target, or an objection for people if there is none
   * @throws ApiError for every other refusal
   */
  readonly get: (ref: TargetRef, namespace: string) => Promise<FoundTarget>;
  /** The pods of the target, from the API server's cache: at most a moment old, and cheap. */
  readonly readPods: (target: Target, namespace: string) => Promise<TargetPods>;
  /**
   * Ask for `replicas`.
   *
   * @throws ApiError with code 409 if anybody changed the target since it was read
   */
  readonly setReplicas: (target: Target, replicas: number) => Promise<void>;
}

const scale = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  // The API server leaves 0 out.
  spec: z.looseObject({ replicas: z.int().min(0).default(0) }).default({ replicas: 0 }),
  status: z.looseObject({ selector: z.string().default('') }).default({ selector: '' }),
});

type Scale = z.output<typeof scale>;

export function createTargets(client: Client, discovery: Discovery): Targets {
  return {
    get: async (ref, namespace) => {
      const found = await discovery.scalePath(ref, namespace);
      if (!found.ok) return found;
      try {
        const read = scale.parse(await client.request({ verb: 'get', path: found.path }));
        const { spec, status } = read;
        const target = { path: found.path, replicas: spec.replicas, selector: status.selector };
        return { ok: true, target: { ...target, scale: read } };
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
        return { ok: false, message: `there is no ${ref.kind} named ${ref.name}` };
      }
    },
    readPods: async ({ selector }, namespace) => {
      if (selector === '') return { ready: 0, starting: 0, pods: [] };
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
      const query = { labelSelector: selector, resourceVersion: '0' };
      const { items } = podList.parse(await client.request({ verb: 'list', path, query }));
      return { ...countPods(items), pods: items.map(toObservation) };
    },
    setReplicas: async ({ path, scale: read }, replicas) => {
      const body = { ...read, spec: { ...read.spec, replicas } };
      await client.request({ verb: 'update', path, body });
    },
  };
}
