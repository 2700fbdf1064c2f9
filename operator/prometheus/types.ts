/** The types of PromQL: what a function takes and gives, as Prometheus checks it before it runs a query. */
import { childrenOf, innermost, type Node, slice } from './tree.ts';

export type QueryType = 'scalar' | 'vector' | 'matrix' | 'string';

export interface Place {
  readonly node: Node;
  readonly message: string;
}

const letters: Readonly<Record<string, QueryType>> = {
  s: 'scalar',
  v: 'vector',
  m: 'matrix',
  t: 'string',
};
const inWords: Readonly<Record<QueryType, string>> = {
  scalar: 'a number',
  vector: 'series at one time',
  matrix: 'a range of samples, such as x[5m]',
  string: 'a text',
};

const ofOneVector =
  'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count' +
  ' histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt tan tanh timestamp';
const ofOneRange =
  'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate' +
  ' last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time' +
  ' stdvar_over_time sum_over_time';
const ofAnyTime = 'day_of_month day_of_week day_of_year days_in_month hour minute month year';

const all = (names: string, signature: string) =>
  names.split(' ').map((name) => [name, signature] as const);

/** A letter for each argument; `?` after one that may be left out, `*` after one that may be repeated. */
const signatures: ReadonlyMap<string, string> = new Map([
  ...all(ofOneVector, 'v'),
  ...all(ofOneRange, 'm'),
  ...all(ofAnyTime, 'v?'),
  ...all('time pi', ''),
  ...all('clamp', 'vss'),
  ...all('clamp_max clamp_min', 'vs'),
  ...all('double_exponential_smoothing holt_winters', 'mss'),
  ...all('histogram_fraction', 'ssv'),
  ...all('histogram_quantile', 'sv'),
  ...all('label_join', 'vtt*'),
  ...all('label_replace', 'vtttt'),
  ...all('predict_linear', 'ms'),
  ...all('quantile_over_time', 'sm'),
  ...all('round', 'vs?'),
  ...all('sort_by_label sort_by_label_desc', 'vt*'),
  ...all('vector', 's'),
  ...all('avg count group max min stddev stdvar sum', 'v'),
  ...all('bottomk limitk limit_ratio quantile topk', 'sv'),
  ...all('count_values', 'tv'),
]);

const setOperators = ['And', 'Or', 'Unless'];
const comparisons = ['Eql', 'Neq', 'Gtr', 'Lss', 'Gte', 'Lte'];

export function typeOf(node: Node, text: string): QueryType {
  const inner = innermost(node);
  if (inner.name === 'NumberDurationLiteral') return 'scalar';
  if (inner.name === 'StringLiteral') return 'string';
  if (inner.name === 'MatrixSelector' || inner.name === 'SubqueryExpr') return 'matrix';
  if (inner.name === 'FunctionCall') {
    return ['scalar', 'time', 'pi'].includes(calledName(inner, text)) ? 'scalar' : 'vector';
  }
  if (inner.name !== 'BinaryExpr') return 'vector';
  return operandsOf(inner).every((operand) => typeOf(operand, text) === 'scalar')
    ? 'scalar'
    : 'vector';
}

/** What Prometheus would refuse in one node alone. */
export function typeFaults(node: Node, text: string): readonly Place[] {
  if (node.name === 'FunctionCall' || node.name === 'AggregateExpr') return callFaults(node, text);
  if (node.name === 'BinaryExpr') return binaryFaults(node, text);
  if (node.name !== 'UnaryExpr') return [];
  const [operand] = operandsOf(node);
  return operand ? plainFaults(operand, 'a sign', text) : [];
}

/** Lower-case name of the function or aggregation. */
export function calledName(call: Node, text: string): string {
  const called = call.getChild('FunctionIdentifier') ?? call.getChild('AggregateOp');
  return called ? slice(called, text).toLowerCase() : '';
}

export function argumentsOf(call: Node): readonly Node[] {
  const body = call.getChild('FunctionCallBody');
  return body ? childrenOf(body).filter(({ name }) => name !== 'LineComment') : [];
}

/** The two sides of a binary expression, or what a sign stands before. */
export function operandsOf(node: Node): readonly Node[] {
  const expressions = childrenOf(node).filter(({ name }) => isExpression(name));
  return expressions.length > 2 ? expressions.slice(-2) : expressions;
}

function isExpression(name: string): boolean {
  return /(Expr|Literal|Selector|FunctionCall)$/.test(name);
}

function callFaults(call: Node, text: string): readonly Place[] {
  const name = calledName(call, text);
  const signature = signatures.get(name);
  if (signature === undefined) return [];
  const wanted = [...signature.matchAll(/(\w)([?*]?)/g)];
  const given = argumentsOf(call);
  const least = wanted.filter(([, , many]) => many === '').length;
  const most = signature.endsWith('*') ? Number.POSITIVE_INFINITY : wanted.length;
  if (given.length < least || given.length > most) {
    const range = least === most ? `${least}` : `${least} or more`;
    return [{ node: call, message: `${name} takes ${range} arguments, not ${given.length}` }];
  }
  return given.flatMap((argument, index) => {
    const letter = (wanted[index] ?? wanted.at(-1))?.[1] ?? '';
    const [want, is] = [letters[letter], typeOf(argument, text)];
    if (want === undefined || want === is) return [];
    return [{ node: argument, message: `${name} takes ${inWords[want]}, not ${inWords[is]}` }];
  });
}

function binaryFaults(node: Node, text: string): readonly Place[] {
  const operands = operandsOf(node);
  const operator = childrenOf(node).find(({ name }) => !isExpression(name));
  if (!operator) return [];
  const symbol = slice(operator, text);
  const plain = operands.flatMap((operand) => plainFaults(operand, symbol, text));
  if (plain.length > 0) return plain;
  const scalars = operands.filter((operand) => typeOf(operand, text) === 'scalar');
  if (setOperators.includes(operator.name) && scalars.length > 0) {
    return scalars.map((scalar) => ({
      node: scalar,
      message: `${symbol} takes series, not a number: use vector(...)`,
    }));
  }
  const isBare = scalars.length === 2 && !node.getChild('BoolModifier');
  return isBare && comparisons.includes(operator.name)
    ? [{ node: operator, message: `${symbol} between two numbers needs bool` }]
    : [];
}

function plainFaults(operand: Node, symbol: string, text: string): readonly Place[] {
  const type = typeOf(operand, text);
  return type === 'matrix' || type === 'string'
    ? [{ node: operand, message: `${symbol} takes numbers and series, not ${inWords[type]}` }]
    : [];
}
