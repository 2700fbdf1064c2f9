/** Conditions of a status, as Kubernetes has them everywhere. */
import { z } from 'zod';

/** A time as the API server stores it. */
export const instant = z.iso.datetime({ offset: true }).max(32).meta({ format: 'date-time' });

/** @param types that a resource may have */
export function conditionOf<const Types extends readonly string[]>(types: Types) {
  return z.strictObject({
    type: z.enum(types),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string().min(1).max(64),
    message: z.string().max(2048),
    lastTransitionTime: instant,
    observedGeneration: z.int().min(0).optional(),
  });
}
