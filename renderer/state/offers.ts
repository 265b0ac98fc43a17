import {
  emptyDocument,
  type GroupDefinition,
  type ModelDocument,
  type ModelNode,
} from '../../engine/graph/document.ts';
import { portsOf } from '../../engine/graph/ports.ts';
import type { LayerRecord } from '../../engine/layers/layer.ts';
import { blocks, newBlock } from './blocks.ts';
import { newNode, type Graph } from './edit.ts';
import { contains, placedGroup, usesOf } from './groups.ts';
import { CATEGORY_TITLES, LAYERS } from './layers.ts';
import { definitionAt, type Level } from './levels.ts';

type Shown = Pick<LayerRecord, 'type' | 'title' | 'category' | 'summary' | 'keywords' | 'inputs' | 'outputs'>;

/** Something that can be added to a model: a layer, a ready-made block, or a group of the document. `type` tells them apart. */
export interface Offer extends Shown {
  /** Title of the palette section that it stands in. */
  readonly section: string;
  /** For a group of the document: its definition, and how often the document places it. */
  readonly own?: { readonly id: string; readonly uses: number };
  /** The node to add to a graph of the document, and definitions that the document needs for it. */
  place(document: ModelDocument, graph: Graph): Placement;
}

export interface Placement {
  readonly node: ModelNode;
  readonly definitions: readonly GroupDefinition[];
}

const LAYER_OFFERS: readonly Offer[] = LAYERS.map((layer) => ({
  ...layer,
  section: CATEGORY_TITLES[layer.category],
  place: (_, graph) => ({ node: newNode(graph, layer.type), definitions: [] }),
}));

/** Ready-made blocks. Each one that is added is a group of its own, so that it can be set and changed apart from others. */
const BLOCK_OFFERS: readonly Offer[] = blocks.map((block) => {
  const definition = newBlock(emptyDocument(block.title), block);
  const { type, title, summary, keywords } = block;
  return {
    ...portsOf(placedGroup(definition, definition.id), [definition])!,
    type: `block:${type}`,
    title,
    summary,
    keywords: ['block', 'group', ...(keywords ?? [])],
    category: 'group',
    section: 'Blocks',
    place: (document, graph) => {
      const own = newBlock(document, block);
      return { node: placedGroup(graph, own.id), definitions: [own] };
    },
  };
});

/** What the model's data come in through leads the palette, blocks follow, then all other layers. */
const [DATA, OTHERS] = [true, false].map((data) =>
  LAYER_OFFERS.filter(({ category }) => (category === 'data') === data),
);

/** Everything that can be added to a level, in the palette's order. */
export function offersAt(document: ModelDocument, level: Level): readonly Offer[] {
  const inside = definitionAt(document, level);
  const groups = document.groups
    .filter(({ id }) => !inside || !contains(document, id, inside.id))
    .map((definition) => groupOffer(document, definition));
  return [...groups, ...DATA, ...BLOCK_OFFERS, ...OTHERS];
}

function groupOffer(document: ModelDocument, { id, name }: GroupDefinition): Offer {
  const uses = usesOf(document, id);
  const place = (_: ModelDocument, graph: Graph): Placement => ({
    node: placedGroup(graph, id),
    definitions: [],
  });
  const ports = portsOf(place(document, document).node, document.groups)!;
  return {
    ...ports,
    type: `group:${id}`,
    title: name,
    category: 'group',
    section: 'Groups of this model',
    summary: `A group of this model, ${uses === 0 ? 'not used now' : uses === 1 ? 'used once' : `used ${uses} times`}.`,
    keywords: ['group', 'block'],
    own: { id, uses },
    place,
  };
}
