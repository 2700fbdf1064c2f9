/** PromQL as a tree, by Prometheus's own grammar. */
import { parser } from '@prometheus-io/lezer-promql';

export type Node = ReturnType<typeof parser.parse>['topNode'];

export function parseTree(text: string): Node {
  return parser.parse(text).topNode;
}

/** Where the text first leaves the grammar, counted from 0; undefined where it does not. */
export function firstError(root: Node): number | undefined {
  let position: number | undefined;
  walk(root, (node) => {
    if (node.type.isError) position ??= node.from;
  });
  return position;
}

/** The one expression of a query; undefined where there is none. */
export function expressionOf(root: Node): Node | undefined {
  return childrenOf(root).find(({ name }) => name !== 'LineComment');
}

/** Without the parentheses, signs and offsets around it. */
export function innermost(node: Node): Node {
  const wrappers = ['ParenExpr', 'UnaryExpr', 'OffsetExpr', 'StepInvariantExpr'];
  if (!wrappers.includes(node.name)) return node;
  const inner = childrenOf(node).find(({ name }) => name !== 'UnaryOp' && name !== 'LineComment');
  return inner ? innermost(inner) : node;
}

export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

export function slice({ from, to }: Node, text: string): string {
  return text.slice(from, to);
}
