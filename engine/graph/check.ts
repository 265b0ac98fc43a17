import type { DatasetSchema } from '../core/dataset.ts';
import { parseParams, type Params } from '../core/fields.ts';
import { size } from '../core/shape.ts';
import type { InferResult, LayerProblem, LayerRecord, PortType, Weight } from '../layers/layer.ts';
import { layerOf } from './catalogue.ts';
import { activationBytes, flopsOf } from './cost.ts';
import type { ModelDocument, ModelEdge, ModelNode } from './document.ts';
import { expand, type Expansion, type FlatGroup, type Inside } from './expand.ts';
import { sort } from './order.ts';
import type { GraphRepair } from './repair.ts';
import { compareWeights } from './sharing.ts';
import { cycleProblem, tell, type Found } from './tell.ts';

/** Something wrong with a graph, at a node, port or field where there is one. */
export interface Diagnostic extends Omit<LayerProblem, 'repair'> {
  /** A node of the document. */
  readonly node?: string;
  /** Where it is about something inside of that node: nodes of definitions, from the outside in. */
  readonly inside?: readonly Inside[];
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
  /** Numbers in all trained weights of its own. */
  readonly parameters: number;
  /** Floating-point operations of a forward pass of one example. */
  readonly flops: number;
  /** Bytes of what leaves, for one example: what training keeps for the backward pass, before fusion. */
  readonly activationBytes: number;
}

export interface GraphCheck {
  /**
   * By path: the ids of the groups around a node and its own, with the number of the round behind a repeated group
   * (`block-1/2/dense-1`). Placed groups are among them, with what arrives, what leaves and what is inside added up.
   */
  readonly nodes: Readonly<Record<string, NodeCheck>>;
  /** Nodes, no groups, in an order in which each comes after those it depends on; nodes of a cycle are left out. */
  readonly order: readonly string[];
  /** Sound edges among these nodes. */
  readonly edges: readonly ModelEdge[];
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
  const expansion = expand(document);
  const { order, cycles } = sort(expansion.nodes, expansion.arriving);
  const nodes: Record<string, NodeCheck> = {};
  const found: Found[] = cycles.map(cycleProblem);
  for (const path of order) {
    const checked = checkNode(expansion, nodes, path, data);
    nodes[path] = checked.node;
    found.push(...checked.problems.map((problem) => ({ path, problem })));
  }
  found.push(...shareWeights(order, nodes));
  for (const [path, { node }] of expansion.groups) {
    found.push(...paramsOf(layerOf(node.type)!, node).problems.map((problem) => ({ path, problem })));
  }
  const all = Object.values(nodes);
  const total = (count: (node: NodeCheck) => number) => all.reduce((sum, node) => sum + count(node), 0);
  const costs = {
    parameters: total(({ parameters }) => parameters),
    trainableParameters: total(({ node, parameters }) => (node.trainable ? parameters : 0)),
    flops: total(({ flops }) => flops),
    activationBytes: total((node) => node.activationBytes),
  };
  return {
    nodes: { ...nodes, ...checkGroups(expansion, nodes) },
    order,
    edges: [...expansion.arriving.values()].flat(),
    diagnostics: [...expansion.diagnostics, ...tell(found, expansion, nodes), ...checkModel(expansion, data)],
    ...costs,
  };
}

/** Gives nodes that use the weights of others those of their owners, initialisers and all. */
function shareWeights(order: readonly string[], nodes: Record<string, NodeCheck>): Found[] {
  return order.flatMap((path) => {
    const owner = nodes[nodes[path].node.weightsOf ?? ''];
    if (!owner) return [];
    const problem = compareWeights(nodes[path], owner);
    if (problem) return [{ path, problem }];
    nodes[path] = { ...nodes[path], weights: owner.weights };
    return [];
  });
}

/** What a placed group takes and gives, and the costs of all inside. */
function checkGroups(
  { nodes: flat, groups }: Expansion,
  nodes: Readonly<Record<string, NodeCheck>>,
): Record<string, NodeCheck> {
  const inside = new Map<string, NodeCheck[]>();
  for (const [path, { around }] of flat) {
    if (!nodes[path]) continue;
    for (const { path: group } of around) {
      const known = inside.get(group);
      if (known) known.push(nodes[path]);
      else inside.set(group, [nodes[path]]);
    }
  }
  return Object.fromEntries(
    [...groups].map(([path, group]) => [path, checkGroup(group, inside.get(path) ?? [], nodes)]),
  );
}

function checkGroup(
  { node, inputs, outputs }: FlatGroup,
  inside: readonly NodeCheck[],
  nodes: Readonly<Record<string, NodeCheck>>,
): NodeCheck {
  const layer = layerOf(node.type)!;
  const types = Object.entries(outputs).map(([name, path]) => [name, nodes[path]?.outputs.output] as const);
  const total = (count: (node: NodeCheck) => number) => inside.reduce((sum, it) => sum + count(it), 0);
  return {
    node,
    layer,
    params: paramsOf(layer, node).params,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, path]) => [name, nodes[path]?.inputs.input ?? []]),
    ),
    outputs: Object.fromEntries(types.flatMap(([name, type]) => (type ? [[name, type] as const] : []))),
    weights: [],
    parameters: total(({ parameters }) => parameters),
    flops: total(({ flops }) => flops),
    activationBytes: total((it) => it.activationBytes),
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
  expansion: Expansion,
  nodes: Readonly<Record<string, NodeCheck>>,
  path: string,
  data: DatasetSchema | undefined,
): Checked {
  const { node } = expansion.nodes.get(path)!;
  const edges = expansion.arriving.get(path) ?? [];
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
  const { params, problems: wrong } = paramsOf(layer, node);
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

function paramsOf(
  layer: LayerRecord,
  node: ModelNode,
): { readonly params: Params; readonly problems: readonly LayerProblem[] } {
  const { params, problems } = parseParams(layer.fields, node.params);
  const told = problems.map((problem): LayerProblem => ({
    ...problem,
    severity: problem.code === 'PARAM_UNKNOWN' ? 'warning' : 'error',
  }));
  return { params, problems: told };
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
    .filter(({ role }) => role === 'parameter' && checked.node.weightsOf === undefined)
    .reduce((sum, { shape }) => sum + size(shape), 0);
  return {
    ...checked,
    weights,
    parameters,
    flops: flopsOf(layer, params, inputs, weights),
    // Ports of groups pass on what others made.
    activationBytes: layer.group ? 0 : activationBytes(Object.values(checked.outputs)),
  };
}

/** What concerns the model as a whole. */
function checkModel({ nodes }: Expansion, data: DatasetSchema | undefined): Diagnostic[] {
  if (nodes.size === 0) return [];
  const problems: Diagnostic[] = [];
  if (![...nodes.values()].some(({ node }) => layerOf(node.type)?.loss)) {
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
