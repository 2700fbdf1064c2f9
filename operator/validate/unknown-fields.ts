/** Fields that the definition does not have: refused by the API server under strict validation, dropped otherwise. */
import { scaleProfileCrd } from '../api/crd.ts';
import type { Path } from './documents.ts';
import { meant } from './spelling.ts';

export interface UnknownField {
  readonly path: Path;
  /** A known field of the same object with a name much like it. */
  readonly meant?: string;
}

/** Of the metadata of any object. */
const metadataFields =
  'name generateName namespace labels annotations finalizers ownerReferences managedFields uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink';

const definition: unknown = {
  ...scaleProfileCrd().spec.versions[0]?.schema.openAPIV3Schema,
};

/** @returns the fields, and the object without them */
export function unknownFields(object: unknown): {
  readonly unknown: readonly UnknownField[];
  readonly known: unknown;
} {
  const unknown: UnknownField[] = [];
  const known = strip(object, definition, [], unknown);
  return { unknown, known };
}

function strip(value: unknown, schema: unknown, path: Path, unknown: UnknownField[]): unknown {
  if (Array.isArray(value)) {
    const items = member(schema, 'items');
    return value.map((item, index) => strip(item, items, [...path, index], unknown));
  }
  const properties = propertiesAt(path, schema);
  if (!isObject(value) || !isObject(properties)) return value;
  const names = Object.keys(properties);
  const kept = Object.entries(value).filter(([name]) => {
    if (names.includes(name)) return true;
    const near = meant(name, names);
    unknown.push({ path: [...path, name], ...(near !== undefined && { meant: near }) });
    return false;
  });
  return Object.fromEntries(
    kept.map(([name, field]) => [
      name,
      strip(field, member(properties, name), [...path, name], unknown),
    ]),
  );
}

/** The status is the operator's: no file decides it. */
function propertiesAt(path: Path, schema: unknown): unknown {
  const place = path.join('.');
  if (place === 'status') return undefined;
  if (place !== 'metadata') return member(schema, 'properties');
  return Object.fromEntries(metadataFields.split(' ').map((name) => [name, {}]));
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
