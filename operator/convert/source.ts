/** A foreign object that is read field by field, and remembers what was read: what is left over can be named. */
import type { Path } from '../validate/documents.ts';
import { at } from '../validate/look.ts';

/** Something to say about a field of the object. */
export interface Remark {
  readonly path: Path;
  readonly message: string;
}

export class Source {
  readonly object: unknown;
  /** What keeps the object from being converted. */
  readonly faults: Remark[] = [];
  /** What the conversion leaves out or does differently. */
  readonly notes: Remark[] = [];
  readonly #read = new Set<string>();

  constructor(object: unknown) {
    this.object = object;
  }

  fault(path: Path, message: string): undefined {
    const isKnown = this.faults.some(
      (known) => known.message === message && known.path.join() === path.join(),
    );
    if (!isKnown) this.faults.push({ path, message });
  }

  note(path: Path, message: string): void {
    this.notes.push({ path, message });
  }

  /** The value and all below it count as read. Null counts as left out, as for the API server. */
  value(...path: Path): unknown {
    this.#read.add(JSON.stringify(path));
    return at(this.object, ...path) ?? undefined;
  }

  text(...path: Path): string | undefined {
    const value = this.value(...path);
    if (value === undefined || typeof value === 'string') return value;
    return this.fault(path, `${JSON.stringify(value)}: must be a text`);
  }

  whole(...path: Path): number | undefined {
    const value = this.value(...path);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    return this.fault(path, `${JSON.stringify(value)}: must be a whole number of at least 0`);
  }

  /** Text or number. */
  quantity(...path: Path): string | number | undefined {
    const value = this.value(...path);
    if (value === undefined || typeof value === 'string' || typeof value === 'number') return value;
    return this.fault(path, `${JSON.stringify(value)}: must be a quantity`);
  }

  /** A text that must be there. */
  required(...path: Path): string {
    const text = this.text(...path);
    if (text !== undefined && text !== '') return text;
    if (text === '' || at(this.object, ...path) == null) this.fault(path, 'Required value');
    return '';
  }

  /** The paths of a list's items; none where there is no list. */
  items(...path: Path): readonly Path[] {
    const value = at(this.object, ...path) ?? [];
    if (Array.isArray(value)) return value.map((_, index) => [...path, index]);
    this.fault(path, 'must be a list');
    return [];
  }

  has(...path: Path): boolean {
    return at(this.object, ...path) != null;
  }

  /** Fields with a value that nobody has read, but for what the API server itself keeps. */
  leftOver(): readonly Path[] {
    const own = ['apiVersion', 'kind', 'metadata', 'status'];
    const fields = isObject(this.object) ? Object.entries(this.object) : [];
    return fields.flatMap(([name, value]) =>
      own.includes(name) ? [] : this.#unread(value, [name]),
    );
  }

  #unread(value: unknown, path: Path): readonly Path[] {
    if (value == null || this.#read.has(JSON.stringify(path))) return [];
    if (Array.isArray(value)) {
      return value.flatMap((item, index) => this.#unread(item, [...path, index]));
    }
    if (!isObject(value)) return [path];
    return Object.entries(value).flatMap(([name, field]) => this.#unread(field, [...path, name]));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
