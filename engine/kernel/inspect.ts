import type { Expression } from './expression.ts';

export type Load = Extract<Expression, { kind: 'load' }>;

/** Work of scalar functions in additions, where it is not 1. */
const COSTLY = new Set([
  'exp',
  'log',
  'tanh',
  'erf',
  'sin',
  'cos',
  'pow',
  'sqrt',
  'rsqrt',
  'sigmoid',
  'random',
  'uniform',
  'normal',
]);
const COSTLY_WORK = 12;

/** Every load of an expression, each node once, those inside of indices included. */
export function loadsOf(expression: Expression): Load[] {
  const loads: Load[] = [];
  visit(expression, new Set(), true, (node) => {
    if (node.kind === 'load') loads.push(node);
  });
  return loads;
}

/** Work of evaluating an expression, in additions; index arithmetic and comparisons of axes are free. */
export function operationsOf(expression: Expression): number {
  let work = 0;
  visit(expression, new Set(), false, (node) => {
    if (node.kind === 'call' && loadsOf(node).length > 0) work += COSTLY.has(node.name) ? COSTLY_WORK : 1;
    else if (node.kind === 'call' && COSTLY.has(node.name)) work += COSTLY_WORK;
  });
  return work;
}

function visit(
  node: Expression,
  seen: Set<Expression>,
  indices: boolean,
  use: (node: Expression) => void,
): void {
  if (seen.has(node)) return;
  seen.add(node);
  use(node);
  const children =
    node.kind === 'call'
      ? node.arguments
      : node.kind === 'cast'
        ? [node.argument]
        : node.kind === 'load' && indices
          ? node.index
          : [];
  for (const child of children) visit(child, seen, indices, use);
}
