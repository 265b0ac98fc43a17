import type { DatasetSchema } from '../core/dataset.ts';
import { parseParams, type Params } from '../core/fields.ts';
import { size } from '../core/shape.ts';
import type { InferResult, LayerProblem, LayerRecord, PortType, Weight } from '../layers/layer.ts';
import { layerOf } from './catalogue.ts';
import { activationBytes, flopsOf } from './cost.ts';
import type { ModelDocument, ModelNode } from './document.ts';
import { findRepair, type GraphRepair } from './repair.ts';
import { checkStructure, type Structure } from './structure.ts';

/** Something wrong with a graph, at a node, port or field where there is one. */
export interface Diagnostic extends Omit<LayerProblem, 'repair'> {
  readonly node?: string;
  readonly repair?: GraphRepair;
}

export interface NodeCheck {
  readonly node: ModelNode;
  /** Absent for a type that this version of Strata does not know. */
  readonly layer?: LayerRecord;
  /** Checked; a wrong one is replaced by its default. */
  readonly params: Params;
  /** Types that arrive, by port, in the order of the edges; what is not known is left out. */
  readonly inputs: Readonly<Record<string, readonly PortType[]>>;
  /** Types that leave; none where something is wrong. */
  readonly outputs: Readonly<Record<string, PortType>>;
  readonly weights: readonly Weight[];
  /** Numbers in all trained weights. */
  readonly parameters: number;
  /** Floating-point operations of a forward pass of one example. */
  readonly flops: number;
  /** Bytes of what leaves, for one example: what training keeps for the backward pass, before fusion. */
  readonly activationBytes: number;
}

export interface GraphCheck {
  readonly nodes: Readonly<Record<string, NodeCheck>>;
  /** Nodes in an order in which each comes after those it depends on; nodes of a cycle are left out. */
  readonly order: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly flops: number;
  readonly activationBytes: number;
}

/**
 * Types, costs and diagnostics of a whole document. Never throws and works on whatever is there: unknown layers, cycles,
 * loose ends. What follows from an error is left out, so that one mistake is one message.
 */
export function checkGraph(document: ModelDocument, data?: DatasetSchema): GraphCheck {
  const structure = checkStructure(document);
  const diagnostics: Diagnostic[] = [...structure.diagnostics];
  const nodes: Record<string, NodeCheck> = {};
  for (const id of structure.order) {
    const checked = checkNode(structure, nodes, id, data);
    nodes[id] = checked.node;
    for (const problem of checked.problems) {
      const repair = findRepair(problem, id, structure, nodes);
      diagnostics.push({ ...problem, node: id, repair });
    }
  }
  const all = Object.values(nodes);
  const total = (count: (node: NodeCheck) => number) => all.reduce((sum, node) => sum + count(node), 0);
  return {
    nodes,
    order: structure.order,
    diagnostics: [...diagnostics, ...checkModel(document, data)],
    parameters: total(({ parameters }) => parameters),
    trainableParameters: total(({ node, parameters }) => (node.trainable ? parameters : 0)),
    flops: total(({ flops }) => flops),
    activationBytes: total(({ activationBytes }) => activationBytes),
  };
}

interface Checked {
  readonly node: NodeCheck;
  readonly problems: readonly LayerProblem[];
}

/** Types that arrive at a node's input ports, in the order of the record; undefined where the source has none. */
type Arrivals = readonly (readonly (PortType | undefined)[])[];

/** The last check of a node: it holds as long as the node, what arrives and the data set are the same objects. */
const remembered = new WeakMap<
  ModelNode,
  { readonly data: DatasetSchema | undefined; readonly arrivals: Arrivals; readonly checked: Checked }
>();

function checkNode(
  structure: Structure,
  nodes: Readonly<Record<string, NodeCheck>>,
  id: string,
  data: DatasetSchema | undefined,
): Checked {
  const node = structure.nodes.get(id)!;
  const edges = structure.arriving.get(id) ?? [];
  const arrivals = (layerOf(node.type)?.inputs ?? []).map(({ name }) =>
    edges.filter(({ to }) => to.port === name).map(({ from }) => nodes[from.node]?.outputs[from.port]),
  );
  const last = remembered.get(node);
  if (last && last.data === data && sameArrivals(last.arrivals, arrivals)) return last.checked;
  const checked = checkLayer(node, arrivals, data);
  remembered.set(node, { data, arrivals, checked });
  return checked;
}

const sameArrivals = (a: Arrivals, b: Arrivals): boolean =>
  a.every(
    (types, port) => types.length === b[port].length && types.every((type, at) => type === b[port][at]),
  );

function checkLayer(node: ModelNode, arrivals: Arrivals, data: DatasetSchema | undefined): Checked {
  const layer = layerOf(node.type);
  const nothing = { weights: [], parameters: 0, flops: 0, activationBytes: 0 };
  const unknown = { node, params: node.params, inputs: {}, outputs: {}, ...nothing };
  if (!layer) return { node: unknown, problems: [] };
  const { params, problems } = parseParams(layer.fields, node.params);
  const wrong = problems.map((problem): LayerProblem => ({
    ...problem,
    severity: problem.code === 'PARAM_UNKNOWN' ? 'warning' : 'error',
  }));
  const known = arrivals.map((types) => types.filter((type) => type !== undefined));
  const inputs = Object.fromEntries(layer.inputs.map(({ name }, port) => [name, known[port]]));
  const start: NodeCheck = { ...unknown, layer, params, inputs };
  const complete = layer.inputs.every(
    ({ optional }, port) =>
      known[port].length === arrivals[port].length && (known[port].length > 0 || optional),
  );
  if (!complete || wrong.some(({ severity }) => severity === 'error')) {
    return { node: start, problems: wrong };
  }
  const inferred = infer(layer, { inputs, params: params as never, data });
  const found = [...wrong, ...(inferred.problems ?? [])];
  if (!('outputs' in inferred)) return { node: start, problems: found };
  return { node: measure({ ...start, outputs: inferred.outputs }, layer, data), problems: found };
}

/** Records promise not to throw; one that does anyway is a fault of the record, told at its node. */
function infer(layer: LayerRecord, context: Parameters<LayerRecord['infer']>[0]): InferResult {
  try {
    return layer.infer(context);
  } catch (error) {
    return {
      problems: [
        {
          code: 'LAYER_FAULT',
          severity: 'error',
          message: `Strata could not work out what ${layer.title} does here.`,
          got: error instanceof Error ? error.message : String(error),
          fix: 'Change its settings or its input, and report this with the model file.',
        },
      ],
    };
  }
}

function measure(checked: NodeCheck, layer: LayerRecord, data: DatasetSchema | undefined): NodeCheck {
  const { inputs, params } = checked;
  const weights = layer.weights?.({ inputs, params: params as never, data }) ?? [];
  const parameters = weights
    .filter(({ role }) => role === 'parameter')
    .reduce((sum, { shape }) => sum + size(shape), 0);
  return {
    ...checked,
    weights,
    parameters,
    flops: flopsOf(layer, params, inputs, weights),
    activationBytes: activationBytes(Object.values(checked.outputs)),
  };
}

/** What concerns the model as a whole. */
function checkModel({ nodes }: ModelDocument, data: DatasetSchema | undefined): Diagnostic[] {
  if (nodes.length === 0) return [];
  const problems: Diagnostic[] = [];
  if (!nodes.some(({ type }) => layerOf(type)?.loss)) {
    problems.push({
      code: 'GRAPH_NO_LOSS',
      severity: 'warning',
      message: 'The model has no loss, so it cannot be trained yet.',
      fix: 'Add Cross-entropy for classes or Mean squared error for numbers, and connect the last layer to it.',
    });
  }
  if (!data) {
    problems.push({
      code: 'GRAPH_NO_DATASET',
      severity: 'warning',
      message: 'The model has no data set, so it cannot be trained yet.',
      fix: 'Attach a data set. Until then, the shapes are those that the Input nodes say.',
    });
  }
  return problems;
}
