/** The subresource scale of a Deployment. */
import { z } from 'zod';
import type { Stored } from '../store.ts';

const scaleSpec = z.object({ replicas: z.int().optional() });
const deploymentSpec = z.looseObject({
  replicas: z.int().default(1),
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
});

export function scaleOf({ metadata, spec }: Stored): unknown {
  const { replicas, selector } = deploymentSpec.parse(spec);
  const labels = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion },
    // As the real one does, 0 is left out.
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas, selector: labels.join(',') },
  };
}

/** The Deployment's spec with the count that a written scale asks for. */
export function withScale(deployment: unknown, scale: unknown): unknown {
  const { replicas = 0 } = scaleSpec.parse(scale);
  return { ...deploymentSpec.parse(deployment), replicas };
}
