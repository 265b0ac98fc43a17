import type { Fields, Params, ParamsOf } from '../core/fields.ts';
import type { GroupDefinition } from './document.ts';

/** What a ready-made block puts into the definition of a group. */
export type BlockGraph = Pick<GroupDefinition, 'nodes' | 'edges'>;

/**
 * A ready-made block: it writes the definition of a group out of ordinary layers, which people can open and change like one of
 * their own. One file per block.
 */
export interface BlockRecord<F extends Fields = Fields> {
  /** Stable id, kebab-case, as the file is called. */
  readonly type: string;
  readonly title: string;
  /** One line for the palette. */
  readonly summary: string;
  /** Markdown: what it is made of, and its source. */
  readonly doc: string;
  readonly keywords?: readonly string[];
  readonly fields: F;
  build(params: ParamsOf<F>): BlockGraph;
}

/** Checks a record's parameter types while it is written. */
export function defineBlock<F extends Fields>(record: BlockRecord<F>): BlockRecord<F> {
  return record;
}

/** The definition of a block with these settings. */
export function definitionOf<F extends Fields>(
  block: BlockRecord<F>,
  id: string,
  params: ParamsOf<F>,
): GroupDefinition {
  return { id, name: block.title, ...block.build(params), layout: {} };
}

/** A layer of a block: `dense`, or the layer with its settings. */
export type BlockLayer = string | readonly [type: string, params: Params];

/** A block's layers by id, and its connections: `a → b`, with `.port` where it is not called `output` or `input`. */
export function blockGraph(
  layers: Readonly<Record<string, BlockLayer>>,
  wires: readonly string[],
): BlockGraph {
  const nodes = Object.entries(layers).map(([id, layer]) => {
    const [type, params] = typeof layer === 'string' ? [layer, {}] : layer;
    return { id, type, params, trainable: true };
  });
  const edges = wires.map((wire) => {
    const [[from, out = 'output'], [to, into = 'input']] = wire.split(' → ').map((end) => end.split('.'));
    return { from: { node: from, port: out }, to: { node: to, port: into } };
  });
  return { nodes, edges };
}

/** Connections of one layer after the other. */
export const line = (...ids: readonly string[]): string[] =>
  ids.slice(1).map((id, at) => `${ids[at]} → ${id}`);

/** A port of the block, under its name. */
export const port = (side: 'input' | 'output', name: string): BlockLayer => [`group-${side}`, { name }];
