import { formatType } from '../core/tensor.ts';
import type { Expression } from './expression.ts';
import type { Axis, Kernel, Work } from './kernel.ts';

/** Kernels as text, before a backend writes them: the domain, what is accumulated over what, and every result. */

export function printKernel({ label, axes, work, stores }: Kernel): string {
  const lines = [
    `${work.kind} ${printAxes(axes)}  # ${label}`,
    ...printWork(work),
    ...stores.map(
      ({ value, type, element, overwrites }) =>
        `  %${value}: ${formatType(type)} = ${printExpression(element)}${overwrites === undefined ? '' : `  # in place of %${overwrites}`}`,
    ),
  ];
  return lines.join('\n');
}

/** e.g. `add(%3[i0, r0], 1)`. */
export function printExpression(expression: Expression): string {
  const list = (parts: readonly Expression[]): string => parts.map(printExpression).join(', ');
  switch (expression.kind) {
    case 'constant':
      return String(expression.value);
    case 'axis':
      return expression.name;
    case 'load':
      return `%${expression.source}[${list(expression.index)}]`;
    case 'call':
      return `${expression.name}(${list(expression.arguments)})`;
    case 'cast':
      return `${expression.dtype}(${printExpression(expression.argument)})`;
  }
}

function printWork(work: Work): string[] {
  switch (work.kind) {
    case 'map':
      return [];
    case 'reduce':
      return [
        `  %${work.result} = ${work.combine} over ${printAxes(work.reduced)}${printRange(work.range)} of ${printExpression(work.element)}`,
      ];
    case 'rows':
      return work.steps.map(
        ({ result, combine, element }) =>
          `  %${result} = ${combine} along the row of ${printExpression(element)}`,
      );
    case 'contract':
      return [
        `  %${work.result} = sum over ${printAxes(work.contracted)} of the product; axes ${work.roles.join(', ')}`,
        `    left  ${printExpression(work.left)}`,
        `    right ${printExpression(work.right)}`,
      ];
  }
}

const printRange = (range: readonly Expression[] | undefined): string =>
  range ? ` from ${range.map(printExpression).join(' to ')}` : '';

const printAxes = (axes: readonly Axis[]): string =>
  axes.length === 0 ? 'once' : axes.map(({ name, extent }) => `${name}<${extent}`).join(' ');
