import * as v from 'valibot';

/**
 * The model document (`*.strata.json`): the graph, its training settings and the data set it was made for.
 * Positions live in `layout`, apart from what the model is, so that moving a node is no change of the model.
 */
export const DOCUMENT_VERSION = 2;

const Id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'an id of letters, digits, "-" and "_"'));
const Endpoint = v.strictObject({ node: Id, port: v.string() });

export const NodeSchema = v.strictObject({
  id: Id,
  /** Layer type, e.g. `dense`; an unknown one is a diagnostic, not a reason not to open the document. */
  type: v.string(),
  params: v.optional(v.record(v.string(), v.unknown()), {}),
  /** Shown instead of the layer's title. Weights are named after the id, so that renaming loses nothing. */
  name: v.optional(v.string()),
  /** False freezes the node's weights; on a group, all inside. */
  trainable: v.optional(v.boolean(), true),
  /**
   * Id of a node beside it whose weights it uses instead of its own. A group shares all inside with another group of the
   * same definition.
   */
  weightsOf: v.optional(Id),
});

export const EdgeSchema = v.strictObject({ from: Endpoint, to: Endpoint });

const Layout = v.record(Id, v.tuple([v.number(), v.number()]));

/**
 * The definition of a group. Nodes of type `group` place it, each with weights of its own. Its ports are its nodes of type
 * `group-input` and `group-output`, in their order.
 */
export const GroupSchema = v.strictObject({
  id: Id,
  name: v.string(),
  nodes: v.array(NodeSchema),
  edges: v.array(EdgeSchema),
  layout: v.optional(Layout, {}),
});

export const TrainingSchema = v.strictObject({
  optimizer: v.strictObject({ type: v.string(), params: v.record(v.string(), v.unknown()) }),
  /** How the learning rate changes with the steps. */
  schedule: v.optional(v.strictObject({ type: v.string(), params: v.record(v.string(), v.unknown()) }), {
    type: 'constant',
    params: {},
  }),
  epochs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
  batchSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)),
  /** Coefficient of ½‖w‖² summed over kernels (not biases, not norms), added to the loss. */
  l2: v.pipe(v.number(), v.minValue(0)),
  /** Coefficient of Σ|w| over kernels, added to the loss. */
  l1: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  /** Longest vector of weights into one unit. 0: no limit. */
  maxNorm: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  /** Longest gradient, as the Euclidean norm over all parameters; longer ones are scaled down to it. 0: no limit. */
  clipNorm: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  /** Batches whose mean gradient makes one update. */
  accumulation: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)), 1),
  /** Share of the running mean of the weights that is kept at each update. 0: no mean. */
  averaging: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
  /** Epochs without a lower validation loss after which a run ends, with its best weights. 0: it does not. */
  patience: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** How exact what the forward pass keeps for the backward pass is: 32 bits, or 16. */
  precision: v.optional(v.picklist(['f32', 'mixed']), 'f32'),
  /** Most lengths that sequences of tokens are cut to, so that little of a batch is padding. 1: they are not cut. */
  buckets: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(32)), 1),
  /** Index that fills up short sequences; what buckets cut off. */
  padding: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** Id of a run whose weights this one begins with, by name, instead of random ones. */
  initialiseFrom: v.optional(v.strictObject({ run: v.string() })),
});

export const DocumentSchema = v.strictObject({
  format: v.literal('strata'),
  version: v.literal(DOCUMENT_VERSION),
  name: v.string(),
  nodes: v.array(NodeSchema),
  edges: v.array(EdgeSchema),
  training: TrainingSchema,
  /** Data set reference: `sample:<id>` or a snapshot hash; absent until one is attached. */
  dataset: v.optional(v.string()),
  groups: v.optional(v.array(GroupSchema), []),
  layout: v.optional(Layout, {}),
});

export type Endpoint = v.InferOutput<typeof Endpoint>;
export type ModelNode = v.InferOutput<typeof NodeSchema>;
export type ModelEdge = v.InferOutput<typeof EdgeSchema>;
export type GroupDefinition = v.InferOutput<typeof GroupSchema>;
export type TrainingSettings = v.InferOutput<typeof TrainingSchema>;
export type ModelDocument = v.InferOutput<typeof DocumentSchema>;

export const DEFAULT_TRAINING: TrainingSettings = {
  optimizer: { type: 'adam', params: {} },
  schedule: { type: 'constant', params: {} },
  epochs: 20,
  batchSize: 32,
  seed: 42,
  l2: 0,
  l1: 0,
  maxNorm: 0,
  clipNorm: 0,
  accumulation: 1,
  averaging: 0,
  patience: 0,
  precision: 'f32',
  buckets: 1,
  padding: 0,
};

export function emptyDocument(name: string): ModelDocument {
  return {
    format: 'strata',
    version: DOCUMENT_VERSION,
    name,
    nodes: [],
    edges: [],
    groups: [],
    training: DEFAULT_TRAINING,
    layout: {},
  };
}
