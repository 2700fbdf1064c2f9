/** Who wrote the replicas of an object, by the managed fields that the API server keeps. */
import { z } from 'zod';

const owned = z.object({
  metadata: z.object({
    managedFields: z
      .array(
        z.object({
          manager: z.string().default(''),
          time: z.string().default(''),
          fieldsV1: z
            .object({ 'f:spec': z.object({ 'f:replicas': z.unknown().optional() }).optional() })
            .optional(),
        }),
      )
      .default([]),
  }),
});

/**
 * The newest manager of `spec.replicas`.
 *
 * @param object with its metadata; every other part may be left out
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function writerOf(object: unknown): string | undefined {
  const writers = owned
    .parse(object)
    .metadata.managedFields.filter(({ fieldsV1 }) => fieldsV1?.['f:spec']?.['f:replicas'])
    .toSorted((one, other) => one.time.localeCompare(other.time));
  const name = writers.at(-1)?.manager.slice(0, 128);
  return name === '' ? undefined : name;
}
