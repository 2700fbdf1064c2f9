/** Requests checked against schemas, with every broken rule reported by field. */
import type { z } from 'zod';
import { type Fault, invalid, notFound } from '../problem.ts';

/** Path parameters; those that cannot name anything are 404, as is what they would name. */
export function parseParams<S extends z.ZodType>(
  schema: S | undefined,
  received: unknown,
): z.output<S> {
  const result = schema?.safeParse(received);
  if (result && !result.success) throw notFound();
  return result?.data as z.output<S>;
}

/** The query. @throws Problem 422 naming each faulty parameter, unknown ones included */
export function parseQuery<S extends z.ZodType>(
  schema: S | undefined,
  received: unknown,
): z.output<S> {
  if (!schema) return undefined as z.output<S>;
  const result = schema.safeParse(received);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.flatMap((issue) =>
      faultsOf(issue, received, (path) => ({ parameter: path.join('.') })),
    ),
  );
}

/** The body. @throws Problem 422 with a JSON pointer for each fault, unknown fields included */
export function parseBody<S extends z.ZodType>(
  schema: S | undefined,
  received: unknown,
): z.output<S> {
  if (!schema) return undefined as z.output<S>;
  const result = schema.safeParse(received);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.flatMap((issue) =>
      faultsOf(issue, received, (path) => ({ pointer: toPointer(path) })),
    ),
  );
}

type Path = readonly PropertyKey[];

/** @see https://www.rfc-editor.org/rfc/rfc6901#section-6 */
function toPointer(path: Path): string {
  const escaped = path.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
  return ['#', ...escaped.map(encodeURIComponent)].join('/');
}

/** Faults of one issue: one for each unknown field, otherwise one with the value it is about. */
function faultsOf(
  issue: z.core.$ZodIssue,
  received: unknown,
  place: (path: Path) => Pick<Fault, 'pointer' | 'parameter'>,
): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...place([...issue.path, key]),
      rule: 'unknown_field',
      detail: 'There is no such field.',
    }));
  }
  const value = showable(issue.path, received);
  const rule = ruleOf(issue);
  return [
    { ...place(issue.path), rule, detail: issue.message, ...(value !== undefined && { value }) },
  ];
}

/** The broken rule in a word, with its bound where it has one: `too_small:8`. */
function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return `too_small:${issue.minimum}`;
  if (issue.code === 'too_big') return `too_big:${issue.maximum}`;
  if (issue.code === 'invalid_format') return `format:${issue.format}`;
  return issue.code;
}

const secretField = /password|token|secret|key|code/i;

/** The offending value when it is a short scalar of a field that holds no secret. */
function showable(path: Path, received: unknown): Fault['value'] {
  if (path.some((key) => secretField.test(String(key)))) return undefined;
  const value = path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? Reflect.get(inner, key)
        : undefined,
    received,
  );
  if (typeof value === 'string') return value.slice(0, 64);
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? value
    : undefined;
}
