/** A file as YAML documents (JSON is YAML, too), each value with its place in the text. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
} from 'yaml';
import { messageOf } from '../message.ts';
import { itemsAt, textAt } from './look.ts';

export type Path = readonly (string | number)[];

/** Both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface SourceDocument {
  /** Counted from 1. */
  readonly number: number;
  /** What the document says, as plain values. */
  readonly object: unknown;
  /** What is not even YAML; `object` is undefined then. */
  readonly faults: readonly { readonly place: Place; readonly message: string }[];
  /** Of the value at a path, or where there is none of what would hold it; with `key`, of its name. */
  readonly placeOf: (path: Path, part?: 'key' | 'value') => Place;
  /** Of a character of the text at a path; of the text itself where quoting or folding hides it. */
  readonly placeWithin: (path: Path, at: number) => Place;
}

/** Documents without content are left out. Never throws. */
export function readDocuments(text: string): readonly SourceDocument[] {
  const lines = new LineCounter();
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
  } as const;
  const documents = parseAllDocuments(text, options);
  return [...documents].flatMap((document, index) => {
    const read = sourceDocument(document, index + 1, text, lines);
    return read.object === null ? [] : [read];
  });
}

function sourceDocument(
  document: Document,
  number: number,
  text: string,
  lines: LineCounter,
): SourceDocument {
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // What follows the first is mostly its consequence.
  const broken = document.errors
    .slice(0, 1)
    .map(({ pos, message }) => ({ place: place(pos[0]), message }));
  const read = broken.length > 0 ? { object: undefined } : plain(document);
  const refused =
    'message' in read ? [{ place: place(document.range?.[0] ?? 0), message: read.message }] : [];
  return {
    number,
    object: read.object,
    faults: [...broken, ...refused],
    placeOf: (path, part = 'value') => place(offsetOf(document, path, part)),
    placeWithin: (path, at) => place(offsetWithin(document, path, at, text)),
  };
}

/** Aliases that would multiply into very much are refused. */
function plain(document: Document): { object: unknown; message?: string } {
  try {
    return { object: document.toJS() };
  } catch (error) {
    return { object: undefined, message: messageOf(error) };
  }
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? document.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    const { key, value } = child(document, node, step);
    const isLast = index === path.length - 1;
    const found = isLast && part === 'key' ? startOf(key) : (startOf(value) ?? startOf(key));
    if (found === undefined) return offset;
    offset = found;
    node = value;
  }
  return offset;
}

function offsetWithin(document: Document, path: Path, at: number, text: string): number {
  const start = offsetOf(document, path, 'value');
  const node = resolved(document, document.getIn(path, true));
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return start;
  const source = text.slice(node.range[0], node.range[1]);
  if (node.type !== Scalar.BLOCK_LITERAL) {
    const verbatim = source.indexOf(node.value);
    return verbatim < 0 ? start : node.range[0] + verbatim + at;
  }
  const before = node.value.slice(0, at).split('\n');
  const sourceLines = source.split('\n');
  const line = sourceLines[before.length] ?? '';
  const written = node.value.split('\n')[before.length - 1] ?? '';
  const indent = line.indexOf(written);
  const ahead = sourceLines.slice(0, before.length).join('\n').length + 1;
  return indent < 0 ? start : node.range[0] + ahead + indent + (before.at(-1)?.length ?? 0);
}

function child(document: Document, parent: unknown, step: string | number) {
  const node = resolved(document, parent);
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return { key: pair?.key, value: pair?.value };
  }
  const value = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
  return { key: value, value };
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}

export interface HeldObject {
  /** From the document to the object. */
  readonly path: Path;
  readonly object: unknown;
}

/** The object of a document, or the items of a List. */
export function objectsOf(object: unknown): readonly HeldObject[] {
  if (textAt(object, 'kind')?.endsWith('List') !== true) return [{ path: [], object }];
  return itemsAt(object, 'items').map(([path, item]) => ({ path, object: item }));
}
