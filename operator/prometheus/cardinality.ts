/** Whether a query can give at most one series, whatever data there is. */
import { childrenOf, innermost, type Node, slice } from './tree.ts';
import { argumentsOf, calledName, operandsOf, typeOf } from './types.ts';

/** Aggregations that keep several series even without `by`. */
const severalSeries = ['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'];
/** Functions that give one series of whatever they get. */
const alwaysOne = ['vector', 'absent', 'absent_over_time'];

/** True where it cannot be more than one. A selector alone may match any number. */
export function isOneSeries(node: Node, text: string): boolean {
  const inner = innermost(node);
  if (typeOf(inner, text) === 'scalar') return true;
  if (inner.name === 'AggregateExpr') return isWhole(inner, text);
  if (inner.name === 'FunctionCall') return isOneByCall(inner, text);
  return inner.name === 'BinaryExpr' && isOneByOperator(inner, text);
}

function isWhole(aggregation: Node, text: string): boolean {
  const name = calledName(aggregation, text);
  if (name === 'topk' || name === 'bottomk') {
    const [count] = argumentsOf(aggregation);
    if (count && slice(count, text) === '1' && labelsOf(aggregation, text) === '') return true;
  }
  return !severalSeries.includes(name) && labelsOf(aggregation, text) === '';
}

/** What it groups by, `without` included; empty where everything falls into one. */
function labelsOf(aggregation: Node, text: string): string {
  const modifier = aggregation.getChild('AggregateModifier');
  if (!modifier) return '';
  const labels = modifier.getChild('GroupingLabels');
  const named = labels ? childrenOf(labels).map((label) => slice(label, text)) : [];
  return modifier.getChild('Without') ? `without ${named}` : named.join();
}

function isOneByCall(call: Node, text: string): boolean {
  const name = calledName(call, text);
  if (alwaysOne.includes(name)) return true;
  const series = argumentsOf(call).find((argument) =>
    ['vector', 'matrix'].includes(typeOf(argument, text)),
  );
  if (!series) return true; // hour() and the like: of the time of evaluation
  if (name === 'histogram_quantile' || name === 'histogram_fraction') {
    const buckets = innermost(series);
    const isByBucket = buckets.name === 'AggregateExpr' && labelsOf(buckets, text) === 'le';
    if (isByBucket && !severalSeries.includes(calledName(buckets, text))) return true;
  }
  const inner = innermost(series);
  const sampled = inner.name === 'SubqueryExpr' ? inner.firstChild : series;
  return sampled !== null && isOneSeries(sampled, text);
}

/** Matching one to one gives no more than either side has; `or` adds both up, group_left gives many. */
function isOneByOperator(node: Node, text: string): boolean {
  const [left, right] = operandsOf(node);
  if (!left || !right) return false;
  const [isLeft, isRight] = [isOneSeries(left, text), isOneSeries(right, text)];
  if (node.getChild('And') || node.getChild('Unless')) return isLeft;
  if (node.getChild('Or')) return isLeft && isRight;
  const isNumber = [left, right].some((operand) => typeOf(operand, text) === 'scalar');
  if (isNumber) return isLeft && isRight;
  const matching = node.getChild('MatchingModifierClause');
  const isMany = matching?.getChild('GroupLeft') ?? matching?.getChild('GroupRight');
  return isMany ? isLeft && isRight : isLeft || isRight;
}
