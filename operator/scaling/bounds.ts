/** minReplicas and maxReplicas: within them a proposal is clamped, outside them the target is brought back at once. */
import type { Limit } from '../api/decision.ts';

export interface Bounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** The nearest count within bounds, and the limit if that is another one. */
export function bound(
  replicas: number,
  { minReplicas, maxReplicas }: Bounds,
): { readonly replicas: number; readonly limits: readonly Limit[] } {
  if (replicas > maxReplicas) {
    const message = `${replicas} is more than maxReplicas ${maxReplicas}`;
    const limit = { reason: 'TooManyReplicas', from: replicas, to: maxReplicas, message } as const;
    return { replicas: maxReplicas, limits: [limit] };
  }
  if (replicas < minReplicas) {
    const message = `${replicas} is less than minReplicas ${minReplicas}`;
    const limit = { reason: 'TooFewReplicas', from: replicas, to: minReplicas, message } as const;
    return { replicas: minReplicas, limits: [limit] };
  }
  return { replicas, limits: [] };
}
