import type { BlockLayer } from '../block.ts';

/** Part of a block with a way around it. */
export interface Part {
  readonly layers: Readonly<Record<string, BlockLayer>>;
  readonly wires: readonly string[];
  /** Where its input arrives, `node.port`, and the node whose output leaves it. */
  readonly from: string;
  readonly to: string;
}

/**
 * y = x + part(norm(x)), or norm(x + part(x)) with the norm after it (Xiong et al., ICML 2020). The nodes are called after `name`;
 * `leaves` is the one whose output is the result.
 */
export function residual(
  name: string,
  x: string,
  part: Part,
  { norm, dropout }: { readonly norm: 'before' | 'after'; readonly dropout: number },
): Pick<Part, 'layers' | 'wires'> & { readonly leaves: string } {
  const [sum, normed, dropped] = [`${name}-sum`, `${name}-norm`, `${name}-dropout`];
  const before = norm === 'before';
  return {
    layers: {
      [normed]: 'layer-norm',
      ...part.layers,
      ...(dropout > 0 && { [dropped]: ['dropout', { rate: dropout }] as const }),
      [sum]: 'add',
    },
    wires: [
      ...(before ? [`${x} → ${normed}`, `${normed} → ${part.from}`] : [`${x} → ${part.from}`]),
      ...part.wires,
      ...(dropout > 0 ? [`${part.to} → ${dropped}`] : []),
      `${x} → ${sum}.inputs`,
      `${dropout > 0 ? dropped : part.to} → ${sum}.inputs`,
      ...(before ? [] : [`${sum} → ${normed}`]),
    ],
    leaves: before ? sum : normed,
  };
}

/** Two dense layers with an activation between them, at each position by itself. */
export function feedForward(given: {
  readonly dimensions: number;
  readonly width: number;
  readonly activation: string;
}): Part {
  return {
    layers: {
      widen: ['dense', { units: given.width }],
      activation: given.activation,
      narrow: ['dense', { units: given.dimensions }],
    },
    wires: ['widen → activation', 'activation → narrow'],
    from: 'widen',
    to: 'narrow',
  };
}
