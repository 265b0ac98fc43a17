import { describe, expect, it } from 'vitest';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import { copyNodes, pasteFragment } from './clipboard.ts';
import { addNode, connect, edgeId, newNode, removeNodes, setParam, shareWeights } from './edit.ts';
import { groupNodes } from './group.ts';
import { contains, editAt, makeIndependent, removeGroup, usesOf } from './groups.ts';
import { graphAt, walk, type Level } from './levels.ts';
import { ungroup } from './ungroup.ts';

const link = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

/** input-1 → dense-1 → relu-1 → dense-2 → add-1 → cross-entropy-1, and dense-1 → add-1 past the middle. */
function model(): ModelDocument {
  const types = ['input', 'dense', 'relu', 'dense', 'add', 'cross-entropy'];
  const document = types.reduce<ModelDocument>(
    (before, type, index) => addNode(newNode(before, type), [0, index * 104])(before),
    emptyDocument('model'),
  );
  return [
    link('input-1', 'dense-1'),
    link('dense-1', 'relu-1'),
    link('relu-1', 'dense-2'),
    link('dense-1', 'add-1', 'inputs'),
    link('dense-2', 'add-1', 'inputs'),
    link('add-1', 'cross-entropy-1', 'prediction'),
  ].reduce((before, edge) => connect(edge)(before), document);
}

const group = (document: ModelDocument, level: Level, ...ids: string[]) =>
  groupNodes(document, level, new Set(ids)).edit(document);
const edges = (document: ModelDocument, level: Level = []) => graphAt(document, level).edges.map(edgeId);
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return null;
};

describe('grouping', () => {
  it('makes a port for every value that crosses the border, and keeps the connections in their order', () => {
    const grouped = group(model(), [], 'relu-1', 'dense-2');
    expect(edges(grouped)).toEqual([
      'input-1.output>dense-1.input',
      'dense-1.output>group-1.input',
      'dense-1.output>add-1.inputs',
      'group-1.output>add-1.inputs',
      'add-1.output>cross-entropy-1.prediction',
    ]);
    expect(edges(grouped, ['group-1'])).toEqual([
      'group-input-1.output>relu-1.input',
      'relu-1.output>dense-2.input',
      'dense-2.output>group-output-1.input',
    ]);
    expect(parseDocument(serialiseDocument(grouped))).toEqual(grouped);
  });

  it('makes one port of a value that several nodes take', () => {
    const grouped = group(model(), [], 'relu-1', 'dense-2', 'add-1');
    const [definition] = grouped.groups;
    expect(definition.nodes.filter(({ type }) => type === 'group-input')).toHaveLength(1);
    expect(edges(grouped, ['group-1'])).toContain('group-input-1.output>add-1.inputs');
  });

  it('is undone by ungrouping, places included', () => {
    const document = model();
    const grouped = group(document, [], 'relu-1', 'dense-2');
    const back = ungroup(grouped, [], 'group-1').edit(grouped);
    expect(new Set(edges(back))).toEqual(new Set(edges(document)));
    expect(edges(back).filter((id) => id.includes('>add-1'))).toEqual(
      edges(document).filter((id) => id.includes('>add-1')),
    );
    expect(back.layout).toEqual(document.layout);
    expect(back.groups).toEqual([]);
  });

  it('refuses what would close a circle, and nothing at all', () => {
    const document = model();
    expect(codeOf(() => groupNodes(document, [], new Set(['dense-1', 'dense-2'])))).toBe('GROUP_AROUND');
    expect(codeOf(() => groupNodes(document, [], new Set(['gone'])))).toBe('GROUP_NOTHING');
  });

  it('works inside groups', () => {
    const outer = group(model(), [], 'relu-1', 'dense-2');
    const nested = group(outer, ['group-1'], 'relu-1');
    expect(walk(nested, ['group-1', 'group-1'])).toHaveLength(2);
    expect(edges(nested, ['group-1'])).toContain('group-1.output>dense-2.input');
    const back = ungroup(nested, ['group-1'], 'group-1').edit(nested);
    expect(new Set(edges(back, ['group-1']))).toEqual(new Set(edges(outer, ['group-1'])));
  });

  it('keeps shared weights where all who share them go along, and only there', () => {
    const document = shareWeights('dense-2', 'dense-1')(model());
    const together = group(document, [], 'dense-1', 'relu-1', 'dense-2');
    expect(together.groups[0].nodes.find(({ id }) => id === 'dense-2')?.weightsOf).toBe('dense-1');
    const apart = group(document, [], 'relu-1', 'dense-2');
    expect(apart.groups[0].nodes.find(({ id }) => id === 'dense-2')).not.toHaveProperty('weightsOf');
  });
});

describe('ungrouping', () => {
  it('lays the rounds of a repeated group out one after the other', () => {
    const grouped = group(model(), [], 'relu-1', 'dense-2');
    const repeated = setParam(['group-1'], 'repeat', 3)(grouped);
    const flat = ungroup(repeated, [], 'group-1').edit(repeated);
    expect(edges(flat)).toEqual([
      'input-1.output>dense-1.input',
      'dense-1.output>add-1.inputs',
      'dense-4.output>add-1.inputs',
      'add-1.output>cross-entropy-1.prediction',
      'dense-1.output>relu-1.input',
      'relu-1.output>dense-2.input',
      'dense-2.output>relu-2.input',
      'relu-2.output>dense-3.input',
      'dense-3.output>relu-3.input',
      'relu-3.output>dense-4.input',
    ]);
    const tops = ['relu-1', 'dense-2', 'relu-2', 'dense-3', 'relu-3', 'dense-4', 'add-1', 'cross-entropy-1'];
    const heights = tops.map((id) => flat.layout[id][1]);
    heights.slice(1).forEach((y, at) => expect(y - heights[at]).toBeGreaterThanOrEqual(104));
  });

  it('freezes what was frozen as a group', () => {
    const grouped = group(model(), [], 'relu-1', 'dense-2');
    const nodes = grouped.nodes.map((node) => (node.id === 'group-1' ? { ...node, trainable: false } : node));
    const frozen = { ...grouped, nodes };
    const flat = ungroup(frozen, [], 'group-1').edit(frozen);
    expect(flat.nodes.find(({ id }) => id === 'dense-2')?.trainable).toBe(false);
  });
});

describe('definitions', () => {
  const used = () => {
    const grouped = group(model(), [], 'relu-1', 'dense-2');
    const fragment = copyNodes(grouped, [], new Set(['group-1']), 'p');
    return pasteFragment(grouped, [], fragment, 'p', () => [400, 0]).edit(grouped);
  };

  it('are shared by copies, until one is made independent', () => {
    const document = used();
    const id = document.groups[0].id;
    expect(usesOf(document, id)).toBe(2);
    const edited = editAt(['group-2'], setParam(['dense-2'], 'units', 8))(document);
    expect(graphAt(edited, ['group-1'])).toBe(graphAt(edited, ['group-2']));
    const apart = makeIndependent([], 'group-2')(document);
    expect(usesOf(apart, id)).toBe(1);
    expect(apart.groups.map(({ name }) => name)).toEqual(['Group', 'Group 2']);
    expect(graphAt(apart, ['group-2']).nodes).toEqual(graphAt(document, ['group-1']).nodes);
  });

  it('stay when their last use is deleted, and can be removed then', () => {
    const document = used();
    const id = document.groups[0].id;
    const without = removeNodes(['group-1', 'group-2'])(document);
    expect(without.groups).toHaveLength(1);
    expect(removeGroup(id)(document)).toBe(document);
    expect(removeGroup(id)(without).groups).toEqual([]);
  });

  it('take the connections of all uses along when a port is renamed or deleted', () => {
    const document = connect(link('dense-1', 'group-2'))(used());
    const renamed = editAt(['group-1'], setParam(['group-input-1'], 'name', 'signal'))(document);
    expect(edges(renamed)).toContain('dense-1.output>group-1.signal');
    expect(edges(renamed)).toContain('dense-1.output>group-2.signal');
    const cut = editAt(['group-1'], removeNodes(['group-input-1']))(document);
    expect(edges(cut).some((id) => id.includes('>group-'))).toBe(false);
    expect(edges(cut)).toContain('group-1.output>add-1.inputs');
  });

  it('never come to stand inside themselves', () => {
    const outer = group(model(), [], 'relu-1', 'dense-2');
    const nested = group(outer, ['group-1'], 'relu-1');
    const [first, second] = nested.groups.map(({ id }) => id);
    expect([contains(nested, first, second), contains(nested, second, first)]).toEqual([true, false]);
    const fragment = copyNodes(nested, [], new Set(['group-1']), 'p');
    const paste = (level: Level) => () => pasteFragment(nested, level, fragment, 'p', (corner) => corner);
    expect(codeOf(paste(['group-1', 'group-1']))).toBe('GROUP_IN_ITSELF');
    expect(codeOf(paste([]))).toBeNull();
  });

  it('come along to another project, under an id that is free there', () => {
    const nested = group(group(model(), [], 'relu-1', 'dense-2'), ['group-1'], 'relu-1');
    const fragment = copyNodes(nested, [], new Set(['group-1']), 'p');
    const other = group(model(), [], 'relu-1');
    const pasted = pasteFragment(other, [], fragment, 'q', (corner) => corner).edit(other);
    expect(pasted.groups.map(({ id }) => id)).toEqual(['group-1', 'group-2', 'group-3']);
    const level = ['group-2'];
    expect(graphAt(pasted, level).nodes.map(({ type }) => type)).toEqual(
      graphAt(nested, ['group-1']).nodes.map(({ type }) => type),
    );
    expect(walk(pasted, [...level, 'group-1'])).toHaveLength(2);
    expect(edges(pasted, [...level, 'group-1'])).toEqual(edges(nested, ['group-1', 'group-1']));
  });
});

describe('shared weights', () => {
  it('pass to the next node when their owner is deleted', () => {
    const three = addNode(newNode(model(), 'dense'), [0, 0])(model());
    const shared = shareWeights('dense-3', 'dense-1')(shareWeights('dense-2', 'dense-1')(three));
    const left = removeNodes(['dense-1'])(shared);
    const owner = (id: string) => left.nodes.find((node) => node.id === id)?.weightsOf;
    expect([owner('dense-2'), owner('dense-3')]).toEqual([undefined, 'dense-2']);
  });

  it('stay shared among copies', () => {
    const document = shareWeights('dense-2', 'dense-1')(model());
    const fragment = copyNodes(document, [], new Set(['dense-1', 'dense-2']), 'p');
    const pasted = pasteFragment(document, [], fragment, 'p', (corner) => corner).edit(document);
    expect(pasted.nodes.find(({ id }) => id === 'dense-4')?.weightsOf).toBe('dense-3');
  });
});
