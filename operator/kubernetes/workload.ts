/** What a target asks of Kubernetes at this instant: its replicas, and how many pods a rollout may add to them. */
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';
import type { Target } from './target.ts';

export interface Workload {
  /** `spec.replicas`. */
  readonly replicas: number;
  /** Pods, or a share of the replicas such as `25%`, rounded up. */
  readonly maxSurge: number | string;
}

const scale = z.object({
  // The API server leaves 0 out.
  spec: z.object({ replicas: z.int().min(0).default(0) }).prefault({}),
});

const deployment = z.object({
  spec: z.object({
    replicas: z.int().min(0).default(1),
    strategy: z
      .object({
        type: z.string().default('RollingUpdate'),
        rollingUpdate: z
          .object({ maxSurge: z.union([z.int().min(0), z.string()]).default('25%') })
          .prefault({}),
      })
      .prefault({}),
  }),
});

/**
 * Read the target anew. Only a Deployment has pods beyond its replicas.
 *
 * @returns undefined if it is gone
 * @throws ApiError for every other refusal
 */
export async function readWorkload(
  client: Client,
  { path, kind }: Pick<Target, 'path' | 'kind'>,
): Promise<Workload | undefined> {
  const isDeployment = kind.root.startsWith('/apis/apps/') && kind.resource === 'deployments';
  try {
    if (!isDeployment) {
      const { spec } = scale.parse(await client.request({ verb: 'get', path }));
      return { replicas: spec.replicas, maxSurge: 0 };
    }
    const whole = path.replace(/\/scale$/, '');
    const { spec } = deployment.parse(await client.request({ verb: 'get', path: whole }));
    const { type, rollingUpdate } = spec.strategy;
    return {
      replicas: spec.replicas,
      maxSurge: type === 'Recreate' ? 0 : rollingUpdate.maxSurge,
    };
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}
