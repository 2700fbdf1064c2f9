/** From a zod schema to the structural OpenAPI schema that a CustomResourceDefinition takes. */
import { z } from 'zod';

export type StructuralSchema = { [key: string]: unknown };

/** Keywords that say nothing to the API server, or that it refuses. */
const dropped: readonly string[] = [
  '$schema',
  'additionalProperties',
  'propertyNames',
  '~standard',
];

/**
 * The schema of what an author writes: defaults optional, quantities as text or number. Unknown
 * fields are left to the API server, which refuses them under strict validation and else prunes.
 */
export function structural(schema: z.ZodType): StructuralSchema {
  const generated = z.toJSONSchema(schema, {
    io: 'input',
    target: 'openapi-3.0',
    unrepresentable: 'any',
  });
  return simplify(generated);
}

function simplify(node: object): StructuralSchema {
  const entries = Object.entries(node).filter(([key]) => !dropped.includes(key));
  const kept = entries.filter(([key, value]) => !isNoise(node, key, value));
  const simplified = kept.map(([key, value]) => [key, simplifyMember(key, value)]);
  const values = 'additionalProperties' in node ? node.additionalProperties : undefined;
  const map =
    isObject(values) && 'type' in values ? [['additionalProperties', simplify(values)]] : [];
  return Object.fromEntries([...simplified, ...map]);
}

function simplifyMember(key: string, value: unknown): unknown {
  if (key === 'items' && isObject(value)) return simplify(value);
  if (key !== 'properties' || !isObject(value)) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(
    fields.map(([name, field]) => [name, isObject(field) ? simplify(field) : field]),
  );
}

/** Branches of an int-or-string, the pattern beside a format, and the limits of a double. */
function isNoise(node: object, key: string, value: unknown): boolean {
  if (key === 'anyOf') return 'x-kubernetes-int-or-string' in node;
  if (key === 'pattern') return 'format' in node;
  return (key === 'minimum' || key === 'maximum') && !isSmall(value);
}

function isSmall(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
