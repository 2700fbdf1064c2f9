/** Every fault of a query that can be seen without Prometheus, each with its place. */
import { isOneSeries } from './cardinality.ts';
import { expressionOf, firstError, type Node, parseTree, slice, walk } from './tree.ts';
import { typeFaults, typeOf } from './types.ts';

export interface QueryFault {
  /** Where in the query as it was written, counted from 0. */
  readonly at: number;
  readonly message: string;
  /** True where the query works, but may not give what is needed: one number. */
  readonly isWarning: boolean;
}

/** A duration exactly as long as `$window`, so that every place stays where it was written. */
const windowOfSameLength = '000060s';

/** @param written as in a profile, `$window` included */
export function checkQuery(written: string): readonly QueryFault[] {
  const text = written.replaceAll(/\$window\b/g, windowOfSameLength);
  const root = parseTree(text);
  const broken = firstError(root);
  if (broken !== undefined) return [syntaxFault(written, broken)];
  const expression = expressionOf(root);
  if (!expression) return [error(0, 'the query is empty')];
  const faults: QueryFault[] = [];
  walk(root, (node) => {
    faults.push(...typeFaults(node, text).map((place) => error(place.node.from, place.message)));
    if (isUnselective(node, text)) {
      faults.push(error(node.from, 'a selector needs a name or a label that is not empty'));
    }
    if (isRangeOfExpression(node)) {
      faults.push(
        error(node.from, 'a range goes with a selector alone: use a subquery such as [5m:1m]'),
      );
    }
  });
  return faults.length > 0 ? faults : resultFaults(expression, text);
}

function resultFaults(expression: Node, text: string): readonly QueryFault[] {
  const type = typeOf(expression, text);
  if (type === 'string') return [error(expression.from, 'the result is a text, not a number')];
  if (type === 'matrix') {
    return [
      error(
        expression.from,
        'the result is a range of samples, not one number: use a function such as rate',
      ),
    ];
  }
  if (isOneSeries(expression, text)) return [];
  const message =
    'may give more than one series, which is no reading: aggregate it, such as sum(...) without by';
  return [{ at: expression.from, message, isWarning: true }];
}

function isUnselective(node: Node, text: string): boolean {
  return node.name === 'VectorSelector' && /^\{\s*\}$/.test(slice(node, text));
}

/** The grammar lets it pass, Prometheus does not. */
function isRangeOfExpression(node: Node): boolean {
  return node.name === 'MatrixSelector' && node.firstChild?.name !== 'VectorSelector';
}

function syntaxFault(written: string, position: number): QueryFault {
  const before = written.slice(0, position);
  const rest = written.slice(position);
  const variable = /^\$\{?\w*\}?/.exec(rest)?.[0] ?? /\$\{?\w*$/.exec(before)?.[0];
  if (variable !== undefined) {
    const at = position - (rest.startsWith('$') ? 0 : variable.length);
    return error(at, `${variable} is not known: only $window is replaced`);
  }
  const called = /([a-zA-Z_]\w*)\s*$/.exec(before);
  if (rest.startsWith('(') && called) {
    return error(called.index, `there is no function ${called[1]}`);
  }
  const found = rest.trimStart();
  if (found === '')
    return error(
      position,
      written.trim() === '' ? 'the query is empty' : 'the query ends too early',
    );
  return error(position, `no PromQL from here on: ${JSON.stringify(found.slice(0, 20))}`);
}

function error(at: number, message: string): QueryFault {
  return { at, message, isWarning: false };
}
