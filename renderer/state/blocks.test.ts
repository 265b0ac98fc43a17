import { describe, expect, it } from 'vitest';
import { checkGraph } from '../../engine/graph/check.ts';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { blocks, builtFrom, newBlock, rebuild } from './blocks.ts';
import { addNode, connect, setParam } from './edit.ts';
import { editGroup, placedGroup, renameGroup } from './groups.ts';

const encoder = blocks.find(({ type }) => type === 'transformer-encoder')!;

/** A sequence of 10 × 32 into a Transformer encoder with its usual settings. */
function model(): ModelDocument {
  const empty = emptyDocument('m');
  const definition = newBlock(empty, encoder);
  const input = { id: 'in', type: 'input', params: { shape: [10, 32] }, trainable: true };
  const placed = placedGroup(empty, definition.id);
  const edge = { from: { node: 'in', port: 'output' }, to: { node: placed.id, port: 'input' } };
  const nodes = addNode(placed, [0, 104])(addNode(input, [0, 0])(empty));
  return { ...connect(edge)(nodes), groups: [definition] };
}

describe('ready-made blocks', () => {
  it('stand in order, without overlaps, and under a name of their own', () => {
    for (const block of blocks) {
      const { nodes, layout } = newBlock(emptyDocument('m'), block);
      expect(new Set(nodes.map(({ id }) => String(layout[id]))).size).toBe(nodes.length);
    }
    const again = newBlock(model(), encoder);
    expect([again.id, again.name]).toEqual(['group-2', `${encoder.title} 2`]);
  });

  it('are made anew when their settings change, and keep name and place', () => {
    const document = renameGroup('group-1', 'Encoder')(model());
    const built = builtFrom(document.groups[0])!;
    const next = rebuild(document.groups[0], { ...built, params: { ...built.params, dimensions: 32 } })(
      document,
    );
    expect(next.groups[0].name).toBe('Encoder');
    expect(builtFrom(next.groups[0])?.params.dimensions).toBe(32);
    expect(checkGraph(document).nodes['group-1'].outputs).toEqual({});
    expect(checkGraph(next).nodes['group-1'].outputs.output.shape).toEqual(['batch', 10, 32]);
  });

  it('have no settings any more once somebody has changed what is inside', () => {
    const document = model();
    const { nodes } = document.groups[0];
    const attention = nodes.find(({ type }) => type === 'multi-head-attention')!;
    const edited = editGroup('group-1', setParam([attention.id], 'heads', 2))(document);
    expect(builtFrom(edited.groups[0])).toBeUndefined();
    expect(builtFrom(document.groups[0])).toBeDefined();
  });
});
