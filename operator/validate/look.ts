/** Looking into an object that may be anything: what is not as expected is simply not there. */
import type { Path } from './documents.ts';

export function at(object: unknown, ...path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return Reflect.get(value, key);
  }, object);
}

export function textAt(object: unknown, ...path: Path): string | undefined {
  const value = at(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(object: unknown, ...path: Path): number | undefined {
  const value = at(object, ...path);
  return typeof value === 'number' ? value : undefined;
}

/** The items of a list with their places; none where it is no list. */
export function itemsAt(object: unknown, ...path: Path): readonly (readonly [Path, unknown])[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.map((item, index) => [[...path, index], item]) : [];
}
