import type { Encoding } from '../core/binding.ts';
import type { Affine, Column, DatasetSchema } from '../core/dataset.ts';
import type { DType } from '../core/dtype.ts';
import type { Problem } from '../core/errors.ts';
import type { Fields, ParamsOf } from '../core/fields.ts';
import type { SymbolicShape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { Initializer } from '../ir/program.ts';
import type { StepContext, StepResult } from './stepwise.ts';

/** Palette sections, in the order they are shown. */
export const CATEGORIES = [
  'data',
  'augmentation',
  'dense',
  'convolution',
  'pooling',
  'normalisation',
  'activation',
  'regularisation',
  'shape',
  'merge',
  'sequence',
  'group',
  'loss',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What flows through an edge. The leading axis is the batch, except for loss outputs' scalars per example. */
export interface PortType {
  readonly dtype: DType;
  readonly shape: SymbolicShape;
  /** Class names where the values are class indices or per-class scores of a known target. */
  readonly classes?: readonly string[];
  /** Indices only: how many there are, as far as the data set tells. */
  readonly vocabulary?: number;
  /** True where the last axis is a probability distribution (after softmax), which losses must know. */
  readonly probabilities?: true;
}

export interface Port {
  readonly name: string;
  readonly doc: string;
  /** Accepts any number of edges, in the order of their connection (Add, Concat). Input ports only. */
  readonly variadic?: boolean;
  /** May stay unconnected. Input ports only. */
  readonly optional?: boolean;
  /** Connected by the group around the node, so that nothing beside the node can be. */
  readonly outside?: boolean;
}

/** A diagnostic of one layer: the graph adds the node. */
export interface LayerProblem extends Problem {
  readonly severity: 'error' | 'warning';
  readonly port?: string;
  readonly field?: string;
  /** A repair the studio can make with one click. */
  readonly repair?: LayerRepair;
}

/** What would put a layer's problem right, in the layer's own words; the graph finds the node or edge it means. */
export type LayerRepair =
  /** A layer on the edge that arrives at the problem's port. */
  | { readonly kind: 'insert'; readonly layer: string; readonly params?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'set'; readonly field: string; readonly value: unknown }
  /** Another setting of the node that the value at the problem's port comes from, if it has the field. */
  | { readonly kind: 'set-source'; readonly field: string; readonly value: unknown }
  /** The layer that decides the last axis of the value at the problem's port makes it `extent` wide. */
  | { readonly kind: 'resize'; readonly extent: number };

/** Types of the connected inputs by port; several for a variadic port, none for an unconnected one. */
export type InputTypes = Readonly<Record<string, readonly PortType[]>>;

export interface InferContext<F extends Fields> {
  readonly inputs: InputTypes;
  readonly params: ParamsOf<F>;
  /** Columns of the attached data set; absent until there is one. */
  readonly data?: DatasetSchema;
}

export type InferResult =
  | { readonly outputs: Readonly<Record<string, PortType>>; readonly problems?: readonly LayerProblem[] }
  | { readonly problems: readonly LayerProblem[] };

export interface Weight {
  /** e.g. `kernel`, `bias`, `running-mean`; the state is called `<node>.<name>`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initializer;
  /** `parameter` is trained; `statistic` is updated by the layer itself. */
  readonly role: 'parameter' | 'statistic';
  /** True where L2 and weight decay apply (kernels, not biases or norms). */
  readonly decay: boolean;
  /** One row for each position of a sequence: a shorter sequence uses the first ones. */
  readonly positions?: true;
}

/** A tensor of the batch that a node asks the trainer for, already on the device. */
export interface BatchColumns {
  readonly value: Value;
  readonly columns: readonly Column[];
  /** Normalisation to apply to the value, where the columns have one. */
  readonly affine?: Affine;
  /** How a loss of numbers scales the value, where the columns are targets that have such a scaling. */
  readonly scaling?: Affine;
}

/** What decides random numbers: u32 scalars, and which of the users of randomness it is. */
export interface RandomStream {
  readonly seed: Value;
  readonly step: Value;
  readonly stream: number;
}

export interface LowerContext<F extends Fields> {
  readonly b: Builder;
  readonly params: ParamsOf<F>;
  /** Values of the connected inputs by port, shapes bound. */
  readonly inputs: Readonly<Record<string, readonly Value[]>>;
  /** False in evaluation and prediction: dropout is off, batch norm uses running statistics. */
  readonly training: boolean;
  /** Value of one of the layer's own weights. */
  weight(name: string): Value;
  /** New value of one of its `statistic` weights after this step. Ignored unless training. */
  update(name: string, value: Value): void;
  /** Uniform numbers in [0, 1), fresh at every step, reproducible from the seed. */
  random(shape: readonly number[]): Value;
  /** The same, for numbers that are drawn inside of a recurrence. */
  stream(): RandomStream;
  /** Whether anything takes the value of one of the layer's output ports. */
  connected(port: string): boolean;
  /** Columns of the data set for input and loss nodes. `[]` means all columns of the role. */
  columns(names: readonly string[], role: 'input' | 'target', encoding?: Encoding): BatchColumns;
}

/**
 * Everything Strata knows about a layer, in one record: palette entry, inspector form, help, shape rule,
 * weights and meaning. One file per layer.
 */
export interface LayerRecord<F extends Fields = Fields> {
  /** Stable id in documents, kebab-case, e.g. `max-pool2d`. */
  readonly type: string;
  readonly title: string;
  readonly category: Category;
  /** One line for the palette. */
  readonly summary: string;
  /** Markdown: formula, shapes, when to use it, source. */
  readonly doc: string;
  /** Other names people search for. */
  readonly keywords?: readonly string[];
  readonly fields: F;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Output types, or what is wrong. Never throws. Called with every required input connected. */
  infer(context: InferContext<F>): InferResult;
  weights?(context: InferContext<F>): readonly Weight[];
  /** Builds the layer's program; returns one value per output port. Called only where `infer` succeeded. */
  lower(context: LowerContext<F>): Readonly<Record<string, Value>>;
  /** Builds the program of one position of a sequence that arrives position by position. Absent: it needs the whole sequence. */
  stepwise?(context: StepContext<F>): StepResult;
  /**
   * Losses only. They have no output port; `lower` returns `loss`, one per example, shape [batch]. For the metrics named here it also
   * returns `target`, what they compare the prediction with; `counts`, true at the positions that count, where not all do; and
   * `scores`, where they are to compare another value than the prediction. A loss has the field `weight`, its factor in the sum.
   */
  readonly loss?: { readonly metrics: readonly string[] };
  /**
   * Losses only, where the model's prediction is scaled: the prediction in the target's own units, as metrics and people see it. `weight`
   * is undefined where the loss has no weights of that name.
   */
  predicted?(b: Builder, prediction: Value, weight: (name: string) => Value | undefined): Value;
  /** Input port whose value is a prediction of the model: outputs and losses. */
  readonly prediction?: string;
  /** Field that sets the last axis of the output (units, filters), for repairs. */
  readonly width?: string;
  /**
   * What the layer is to groups. `placed`: stands for the nodes of the definition that its field `group` names, `repeat`
   * times in a row. `input`, `output`: a port of the definition that it stands in, called as its field `name` says.
   */
  readonly group?: 'placed' | 'input' | 'output';
}

/** What a layer says of itself where it shares the rest with others. */
export type Words = Pick<LayerRecord, 'type' | 'title' | 'summary' | 'doc' | 'keywords'>;

/** Checks a record's parameter types while it is written, and forgets them afterwards for the registry. */
export function defineLayer<F extends Fields>(record: LayerRecord<F>): LayerRecord<F> {
  return record;
}
