import { defaultsOf, type Params } from '../../engine/core/fields.ts';
import { definitionOf, type BlockRecord } from '../../engine/graph/block.ts';
import { blocks } from '../../engine/graph/catalogue.ts';
import type { GroupDefinition, ModelDocument } from '../../engine/graph/document.ts';
import { autoLayout } from '../canvas/layout.ts';
import { moveNodes } from './edit.ts';
import { editGroup, freshGroupId, freshGroupName, type Edit } from './groups.ts';

/** A ready-made block with its settings. */
export interface Built {
  readonly block: BlockRecord;
  readonly params: Params;
}

/** What definitions were made from, by their nodes: forgotten as soon as somebody changes one, and back with an undo. */
const origins = new WeakMap<GroupDefinition['nodes'], Built>();

/** The block and the settings that a definition is made from, as long as nobody has changed what is inside. */
export function builtFrom({ nodes }: GroupDefinition): Built | undefined {
  return origins.get(nodes);
}

function build(block: BlockRecord, params: Params, id: string, name: string): GroupDefinition {
  const definition = { ...definitionOf(block, id, params as never), name };
  origins.set(definition.nodes, { block, params });
  return moveNodes(autoLayout(definition))(definition);
}

/** A new definition of a block with its usual settings, for a document. */
export function newBlock(document: ModelDocument, block: BlockRecord): GroupDefinition {
  return build(
    block,
    defaultsOf(block.fields),
    freshGroupId(document),
    freshGroupName(document, block.title),
  );
}

/** Makes a definition anew with other settings of its block. */
export function rebuild({ id, name }: GroupDefinition, { block, params }: Built): Edit {
  const { nodes, edges, layout } = build(block, params, id, name);
  return editGroup(id, (graph) => ({ ...graph, nodes, edges, layout }));
}

export { blocks };
