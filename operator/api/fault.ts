/** What is wrong with an object: the field, the value and the rule, from whatever zod has found. */
import type { z } from 'zod';

export interface Fault {
  readonly path: readonly (string | number)[];
  /** Value and rule. */
  readonly problem: string;
}

export interface Faulty {
  readonly ok: false;
  readonly faults: readonly Fault[];
  /** One sentence for each fault: field, value and rule. */
  readonly problems: readonly string[];
}

/** Parse one object as it came from the API server or a file. Never throws. */
export function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  object: unknown,
): { readonly ok: true; readonly value: z.output<Schema> } | Faulty {
  const parsed = schema.safeParse(object, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.map(toFault);
  const problems = faults.map(({ path, problem }) =>
    path.length === 0 ? problem : `${fieldOf(path)}: ${problem}`,
  );
  return { ok: false, faults, problems };
}

/** A path as people write it: `spec.metrics[0].name`; empty for the object as a whole. */
export function fieldOf(path: Fault['path']): string {
  const steps = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
  return steps.join('').replace(/^\./, '');
}

function toFault({ code, path: keys, message, input }: z.core.$ZodIssue): Fault {
  const path = keys.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const isMissing = code === 'invalid_type' || code === 'invalid_union';
  if (input === undefined && isMissing) return { path, problem: 'Required value' };
  const isScalar = ['string', 'number', 'boolean'].includes(typeof input);
  return { path, problem: `${isScalar ? `${JSON.stringify(input)}: ` : ''}${message}` };
}
