import { describe, expect, it } from 'vitest';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../state/geometry.ts';
import { align, autoLayout, distribute } from './layout.ts';

const node = (id: string) => ({ id, type: 'dense', params: {}, trainable: true });
const edge = (from: string, to: string) => ({
  from: { node: from, port: 'output' },
  to: { node: to, port: 'input' },
});

describe('auto layout', () => {
  const document: ModelDocument = {
    ...emptyDocument('m'),
    nodes: ['c', 'a', 'b', 'd', 'alone'].map(node),
    edges: [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')],
  };

  it('puts every layer below its inputs, on the grid, without overlaps', () => {
    const positions = autoLayout(document);
    for (const { from, to } of document.edges) {
      expect(positions[to.node][1]).toBeGreaterThanOrEqual(positions[from.node][1] + NODE_HEIGHT);
    }
    const all = Object.values(positions);
    expect(all.flat().every((value) => value % 8 === 0)).toBe(true);
    all.forEach(([x, y], i) =>
      all.slice(i + 1).forEach(([u, v]) => {
        expect(Math.abs(x - u) >= NODE_WIDTH || Math.abs(y - v) >= NODE_HEIGHT).toBe(true);
      }),
    );
  });

  it('does not mind edges that hang in the air', () => {
    expect(Object.keys(autoLayout({ ...document, edges: [edge('a', 'gone')] }))).toHaveLength(5);
  });
});

describe('alignment', () => {
  const boxes = [
    { id: 'a', x: 0, y: 0, width: 100, height: 50 },
    { id: 'b', x: 40, y: 60, width: 200, height: 50 },
    { id: 'c', x: 10, y: 300, width: 100, height: 50 },
  ];

  it('lines boxes up', () => {
    expect(align(boxes, 'left')).toEqual({ a: [0, 0], b: [0, 60], c: [0, 300] });
    expect(align(boxes, 'right')).toEqual({ a: [140, 0], b: [40, 60], c: [140, 300] });
    expect(align(boxes, 'centre')).toEqual({ a: [70, 0], b: [20, 60], c: [70, 300] });
  });

  it('spreads boxes with equal gaps', () => {
    expect(distribute(boxes, 'y')).toEqual({ a: [0, 0], b: [40, 150], c: [10, 300] });
  });
});
