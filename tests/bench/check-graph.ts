// Time to check a graph of 1,000 nodes: from scratch, and after an edit of one parameter at its start and at its end; then the same
// of a group of 50 nodes that is repeated 20 times, edited inside and beside it.
// Run: npx node tests/bench/check-graph.ts
import { checkGraph } from '../../engine/graph/check.ts';
import {
  emptyDocument,
  type ModelDocument,
  type ModelEdge,
  type ModelNode,
} from '../../engine/graph/document.ts';

const BLOCK = ['conv2d', 'batch-norm', 'relu', 'dropout'];
const NODES = 1000;

function network(): ModelDocument {
  const types = Array.from({ length: NODES - 3 }, (_, at) => BLOCK[at % BLOCK.length]);
  const nodes: ModelNode[] = ['input', ...types, 'flatten', 'mse'].map((type, at) => ({
    id: `${type}-${at}`,
    type,
    params:
      type === 'input' ? { shape: [32, 32, 16] } : type === 'conv2d' ? { filters: 16, padding: 'same' } : {},
    trainable: true,
  }));
  const edges: ModelEdge[] = nodes.slice(1).map((node, at) => ({
    from: { node: nodes[at].id, port: 'output' },
    to: { node: node.id, port: node.type === 'mse' ? 'prediction' : 'input' },
  }));
  return { ...emptyDocument('bench'), nodes, edges };
}

/** The document after an edit: `filters` of the conv2d node at or after `from`. */
function edited(document: ModelDocument, from: number, filters: number): ModelDocument {
  const at = document.nodes.findIndex(({ type }, index) => index >= from && type === 'conv2d');
  const nodes = document.nodes.with(at, {
    ...document.nodes[at],
    params: { ...document.nodes[at].params, filters },
  });
  return { ...document, nodes };
}

/** A definition of 50 layers, repeated 20 times between an input and a flat layer. */
function grouped(filters: number): ModelDocument {
  const { nodes, edges } = edited(network(), 0, filters);
  const inside = nodes.slice(1, 49);
  const ids = new Set(inside.map(({ id }) => id));
  const port = (type: string): ModelNode => ({ id: type, type, params: {}, trainable: true });
  const wire = (from: string, to: string): ModelEdge => ({
    from: { node: from, port: 'output' },
    to: { node: to, port: 'input' },
  });
  return {
    ...emptyDocument('grouped'),
    nodes: [nodes[0], { ...port('group'), params: { group: 'block', repeat: 20 } }, nodes.at(-2)!],
    edges: [wire(nodes[0].id, 'group'), wire('group', nodes.at(-2)!.id)],
    groups: [
      {
        id: 'block',
        name: 'Block',
        nodes: [port('group-input'), ...inside, port('group-output')],
        edges: [
          wire('group-input', inside[0].id),
          ...edges.filter(({ from, to }) => ids.has(from.node) && ids.has(to.node)),
          wire(inside.at(-1)!.id, 'group-output'),
        ],
        layout: {},
      },
    ],
  };
}

function time(label: string, repeats: number, work: (round: number) => void): void {
  const times = Array.from({ length: repeats }, (_, round) => {
    const start = performance.now();
    work(round);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  console.log(
    `${label.padEnd(40)} median ${times[repeats >> 1].toFixed(1)} ms, worst ${times[repeats - 1].toFixed(1)} ms`,
  );
}

const document = network();
time('first check of all', 1, () => checkGraph(document));
time('nothing changed', 20, () => checkGraph({ ...document }));
time('edit of the first layer', 20, (round) => checkGraph(edited(document, 0, 17 + round)));
time('edit of the last layer', 20, (round) => checkGraph(edited(document, NODES - 8, 17 + round)));
time('equal nodes, none of them the same object', 20, () => checkGraph(structuredClone(document)));

const repeated = grouped(16);
const { groups } = repeated;
/** The first convolution of the definition with other filters, all other nodes as they are. */
const inside = (filters: number): ModelDocument => {
  const [group] = groups;
  const first = { ...group.nodes[1], params: { ...group.nodes[1].params, filters } };
  return { ...repeated, groups: [{ ...group, nodes: group.nodes.with(1, first) }] };
};
const beside = (name: string): ModelDocument => ({
  ...repeated,
  nodes: repeated.nodes.with(2, { ...repeated.nodes[2], name }),
});
time('first check of a group, 20 × 50 nodes', 1, () => checkGraph(repeated));
time('edit beside the group', 20, (round) => checkGraph(beside(`flat ${round}`)));
time('edit inside, seen in every round', 20, (round) => checkGraph(inside(17 + round)));
