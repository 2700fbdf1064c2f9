/** From `apiVersion` and `kind` to a path of the API server, by its own discovery documents. */
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';
import type { Kind } from './scale-cache.ts';

export interface TargetRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export interface Discovery {
  /**
   * The path of one object's scale, and the kind it is of.
   *
   * @returns both, or an objection for people: no such kind, or one that cannot be scaled
   * @throws ApiError when discovery itself is refused
   */
  readonly scalePath: (ref: TargetRef, namespace: string) => Promise<ScalePath>;
}

type ScalePath =
  | { readonly ok: true; readonly path: string; readonly kind: Kind }
  | { readonly ok: false; readonly message: string };

const resources = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

type Resources = z.output<typeof resources>['resources'];

interface Entry {
  readonly resources: Resources;
  readonly atMs: number;
}

const keptMs = 600_000;
/** A kind that is missing is asked for again only after this, so that a wrong profile is cheap. */
const missKeptMs = 10_000;

/** @param nowMs a monotonic clock */
export function createDiscovery(client: Client, nowMs: () => number): Discovery {
  const entries = new Map<string, Entry>();

  async function resourcesOf(apiVersion: string, maxAgeMs: number): Promise<Resources> {
    const known = entries.get(apiVersion);
    if (known && nowMs() - known.atMs < maxAgeMs) return known.resources;
    const found = await ask(client, apiVersion);
    entries.set(apiVersion, { resources: found, atMs: nowMs() });
    return found;
  }

  return {
    scalePath: async (ref, namespace) => {
      const known = toPath(await resourcesOf(ref.apiVersion, keptMs), ref, namespace);
      if (known.ok) return known;
      return toPath(await resourcesOf(ref.apiVersion, missKeptMs), ref, namespace);
    },
  };
}

async function ask(client: Client, apiVersion: string): Promise<Resources> {
  try {
    const path = rootOf(apiVersion);
    return resources.parse(await client.request({ verb: 'get', path })).resources;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return [];
    throw error;
  }
}

function rootOf(apiVersion: string): string {
  const escaped = apiVersion.split('/').map(encodeURIComponent).join('/');
  return apiVersion.includes('/') ? `/apis/${escaped}` : `/api/${escaped}`;
}

function toPath(found: Resources, ref: TargetRef, namespace: string): ScalePath {
  const { apiVersion, kind, name } = ref;
  const resource = found.find((each) => each.kind === kind && !each.name.includes('/'));
  if (!resource) return { ok: false, message: `the cluster knows no ${kind} in ${apiVersion}` };
  if (!found.some((each) => each.name === `${resource.name}/scale`)) {
    return { ok: false, message: `a ${kind} in ${apiVersion} has no scale subresource` };
  }
  if (!resource.namespaced) return { ok: false, message: `a ${kind} belongs to no namespace` };
  const object = [namespace, resource.name, name].map(encodeURIComponent);
  const root = rootOf(apiVersion);
  return {
    ok: true,
    path: `${root}/namespaces/${object.join('/')}/scale`,
    kind: { root, resource: resource.name },
  };
}
