import { describe, expect, it } from 'vitest';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { copyNodes, parseFragment, pasteFragment } from './clipboard.ts';
import {
  addNode,
  connect,
  disconnect,
  edgeId,
  insertOnEdge,
  moveNodes,
  newNode,
  reaches,
  reconnect,
  removeNodes,
  renameNode,
  resetParam,
  setParam,
} from './edit.ts';

const link = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

/** input-1 → dense-1 → relu-1 → dense-2 → cross-entropy-1 */
function chain(): ModelDocument {
  const types = ['input', 'dense', 'relu', 'dense', 'cross-entropy'];
  const document = types.reduce<ModelDocument>(
    (before, type, index) => addNode(newNode(before, type), [0, index * 104])(before),
    emptyDocument('chain'),
  );
  return [
    link('input-1', 'dense-1'),
    link('dense-1', 'relu-1'),
    link('relu-1', 'dense-2'),
    link('dense-2', 'cross-entropy-1', 'prediction'),
  ].reduce((before, edge) => connect(edge)(before), document);
}

const edges = (document: ModelDocument) => document.edges.map(edgeId);

describe('edits', () => {
  it('number new nodes by type and never take an id twice', () => {
    const document = chain();
    expect(document.nodes.map((node) => node.id)).toEqual([
      'input-1',
      'dense-1',
      'relu-1',
      'dense-2',
      'cross-entropy-1',
    ]);
    expect(newNode(removeNodes(['dense-1'])(document), 'dense').id).toBe('dense-1');
    expect(newNode(document, 'dense').id).toBe('dense-3');
  });

  it('leave the document they start from alone, and unchanged nodes as they are', () => {
    const document = chain();
    const copy = structuredClone(document);
    const next = setParam(['dense-1'], 'units', 8)(document);
    expect(document).toEqual(copy);
    expect(next.nodes[0]).toBe(document.nodes[0]);
    expect(next.nodes[1].params).toEqual({ units: 8 });
    expect(resetParam(['dense-1'], 'units')(next).nodes[1].params).toEqual({});
  });

  it('replace the edge of a port that takes one, and collect edges on a variadic port in order', () => {
    const document = chain();
    expect(edges(connect(link('input-1', 'dense-2'))(document))).toEqual([
      'input-1.output>dense-1.input',
      'dense-1.output>relu-1.input',
      'dense-2.output>cross-entropy-1.prediction',
      'input-1.output>dense-2.input',
    ]);
    const add = newNode(document, 'add');
    const port = 'inputs';
    const joined = [
      link('dense-1', add.id, port),
      link('relu-1', add.id, port),
      link('relu-1', add.id, port),
    ].reduce((before, edge) => connect(edge)(before), addNode(add, [0, 0])(document));
    expect(edges(joined).slice(-2)).toEqual(['dense-1.output>add-1.inputs', 'relu-1.output>add-1.inputs']);
    const moved = reconnect(link('dense-1', add.id, port), link('input-1', add.id, port))(joined);
    expect(edges(moved).slice(-2)).toEqual(['input-1.output>add-1.inputs', 'relu-1.output>add-1.inputs']);
  });

  it('join the neighbours of a deleted node, also across several deleted in a row', () => {
    const document = chain();
    expect(edges(removeNodes(['relu-1'])(document))).toContain('dense-1.output>dense-2.input');
    expect(edges(removeNodes(['dense-1', 'relu-1', 'dense-2'])(document))).toEqual([
      'input-1.output>cross-entropy-1.prediction',
    ]);
    const without = removeNodes(['input-1'])(document);
    expect(edges(without)).not.toContain('input-1.output>dense-1.input');
    expect(without.layout).not.toHaveProperty('input-1');
  });

  it('do not join anything behind a node that had several inputs', () => {
    const document = chain();
    const add = newNode(document, 'add');
    const start = addNode(add, [0, 0])(document);
    const joined = [
      link('dense-1', add.id, 'inputs'),
      link('relu-1', add.id, 'inputs'),
      link(add.id, 'dense-2'),
    ].reduce((before, edge) => connect(edge)(before), start);
    const next = removeNodes([add.id])(joined);
    expect(next.edges.some(({ to }) => to.node === 'dense-2')).toBe(false);
  });

  it('insert a node into an edge and make room below it', () => {
    const document = chain();
    const next = insertOnEdge(link('relu-1', 'dense-2'), newNode(document, 'dropout'))(document);
    expect(edges(next)).toContain('relu-1.output>dropout-1.input');
    expect(edges(next)).toContain('dropout-1.output>dense-2.input');
    expect(edges(next)).not.toContain('relu-1.output>dense-2.input');
    expect(next.layout['dropout-1']).toEqual([0, 312]);
    expect(next.layout['dense-2']).toEqual([0, 416]);
    expect(next.layout['cross-entropy-1']).toEqual([0, 520]);
    expect(next.layout['relu-1']).toEqual([0, 208]);
  });

  it('snap positions, take names away and cut edges', () => {
    const document = chain();
    expect(moveNodes({ 'relu-1': [13, 101] })(document).layout['relu-1']).toEqual([16, 104]);
    const named = renameNode('relu-1', 'Knee')(document);
    expect(named.nodes[2].name).toBe('Knee');
    expect(renameNode('relu-1', ' ')(named).nodes[2]).not.toHaveProperty('name');
    expect(disconnect(new Set(['relu-1.output>dense-2.input']))(document).edges).toHaveLength(3);
  });

  it('know what leads where', () => {
    const document = chain();
    expect(reaches(document, 'input-1', 'dense-2')).toBe(true);
    expect(reaches(document, 'dense-2', 'input-1')).toBe(false);
    expect(reaches(document, 'relu-1', 'relu-1')).toBe(true);
  });
});

describe('the clipboard', () => {
  it('brings nodes back with new ids, the edges among them and their places to each other', () => {
    const document = chain();
    const text = JSON.stringify(copyNodes(document, [], new Set(['dense-1', 'relu-1']), 'p'));
    const fragment = parseFragment(text)!;
    const { edit, ids } = pasteFragment(document, [], fragment, 'p', () => [500, 40]);
    const next = edit(document);
    expect(ids).toEqual(['dense-3', 'relu-2']);
    expect(edges(next).slice(4)).toEqual(['dense-3.output>relu-2.input']);
    expect(next.layout['dense-3']).toEqual([504, 40]);
    expect(next.layout['relu-2']).toEqual([504, 144]);
    expect(next.nodes.slice(0, 5)).toEqual(document.nodes);
  });

  it('holds other things too, which are no fragment', () => {
    for (const text of [
      '',
      'hello',
      '{}',
      '[1]',
      '{"format":"strata-fragment","nodes":[],"edges":[],"layout":{}}',
    ]) {
      expect(parseFragment(text)).toBeNull();
    }
  });
});
