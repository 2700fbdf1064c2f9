/** A query taken apart by Prometheus's own grammar, and the question about its samples' age that goes with it. */
import { expressionOf, firstError, innermost, type Node, parseTree, slice, walk } from './tree.ts';

/** One place in a query where samples are read. */
interface Selector {
  /** The vector selector alone, without range, offset or `@`. */
  readonly text: string;
  /** The range of the outermost `[range]` around it, as written; undefined for an instant selector. */
  readonly range?: string;
}

export interface Query {
  /** As it is sent, `$window` replaced. */
  readonly text: string;
  readonly isScalar: boolean;
  readonly selectors: readonly Selector[];
}

const scalarFunctions = ['Scalar', 'Time', 'Pi'];

/** Label that tells the parts of a combined answer apart. Nobody else uses it. */
export const partLabel = 'bellwether_part';
/** The part that holds the query's own result; `0`, `1`, ... hold the newest sample times of its selectors. */
export const valuePart = 'value';

/**
 * Parse PromQL after replacing `$window` by `windowSeconds`.
 *
 * @returns the query, or an objection for people if it is not one expression with a number as its result
 */
export function parseQuery(written: string, windowSeconds: number): Query | string {
  const text = written.replaceAll(/\$window\b/g, `${windowSeconds}s`);
  const root = parseTree(text);
  const broken = firstError(root);
  if (broken !== undefined) return `no PromQL at character ${broken + 1} of: ${text}`;
  const expression = expressionOf(root);
  if (!expression) return 'the query is empty';
  const { name } = innermost(expression);
  if (name === 'StringLiteral') return `the query is text, not a number: ${text}`;
  if (name === 'MatrixSelector' || name === 'SubqueryExpr') {
    return `the query is a range of samples, not one number: ${text}`;
  }
  return { text, isScalar: isScalar(expression, text), selectors: selectorsOf(root, text) };
}

/**
 * One query that answers with the value and, beside it, the time of the newest sample of every selector.
 * A selector that has no sample now leaves its part out.
 */
export function withSampleTimes({ text, isScalar: scalar, selectors }: Query): string {
  const value = scalar ? `vector(${text}\n)` : `(${text}\n)`;
  const times = selectors.map((selector) => `max(timestamp(${selector.text}))`);
  return union([value, ...times]);
}

/**
 * One query for the newest sample within the ranges of the query, for when no selector has a sample now:
 * a vanished source still feeds `rate()` for a whole range.
 */
export function lastSampleTimes({ selectors }: Query): string | undefined {
  const times = selectors
    .filter(({ range }) => range !== undefined)
    .map(({ text, range }) => `max(max_over_time(timestamp(${text})[${range}:5s]))`);
  return times.length > 0 ? `max(${union(times)})` : undefined;
}

/** Whether a query reads a series whose name begins with `prefix`. */
export function readsSeries({ selectors }: Pick<Query, 'selectors'>, prefix: string): boolean {
  const named = new RegExp(`^${prefix}|__name__\\s*=~?\\s*["'\`]${prefix}|[{,]\\s*["']${prefix}`);
  return selectors.some(({ text }) => named.test(text));
}

function union(parts: readonly string[]): string {
  return parts
    .map((part, index) => {
      const tag = index === 0 ? valuePart : String(index - 1);
      return `label_replace(${part}, "${partLabel}", "${tag}", "", "")`;
    })
    .join(' or ');
}

function selectorsOf(root: Node, text: string): readonly Selector[] {
  const found = new Map<string, Selector>();
  walk(root, (node) => {
    if (node.name !== 'VectorSelector') return;
    const range = rangeAround(node, text);
    const selector = { text: slice(node, text), ...(range !== undefined && { range }) };
    found.set(JSON.stringify(selector), selector);
  });
  return [...found.values()];
}

function rangeAround(node: Node, text: string): string | undefined {
  let range: string | undefined;
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (outer.name !== 'MatrixSelector' && outer.name !== 'SubqueryExpr') continue;
    const duration = outer.getChild('DurationExpr');
    if (duration) range = slice(duration, text);
  }
  return range;
}

function isScalar(node: Node, text: string): boolean {
  const inner = innermost(node);
  if (inner.name === 'NumberDurationLiteral') return true;
  if (inner.name === 'FunctionCall') {
    const called = inner.getChild('FunctionIdentifier')?.firstChild?.name;
    return called !== undefined && scalarFunctions.includes(called);
  }
  if (inner.name !== 'BinaryExpr') return false;
  const { firstChild, lastChild } = inner;
  if (!firstChild || !lastChild) return false;
  return isScalar(firstChild, text) && isScalar(lastChild, text);
}
