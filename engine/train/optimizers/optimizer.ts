import type { Fields, NumberField, ParamsOf } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';

export interface UpdateContext<F extends Fields> {
  readonly params: ParamsOf<F>;
  readonly parameter: Value;
  /** Gradient of the loss, with the L2 term in it. */
  readonly gradient: Value;
  readonly slots: Readonly<Record<string, Value>>;
  /** The shared scalars after this step's `advance`. */
  readonly shared: Readonly<Record<string, Value>>;
  /** f32 scalar. */
  readonly learningRate: Value;
  /** True where decoupled weight decay applies: kernels, not biases or norms. */
  readonly decay: boolean;
}

export interface Updated {
  readonly parameter: Value;
  readonly slots: Readonly<Record<string, Value>>;
}

/** How gradients become new parameters, described once: form, help, states and formula. One file each. */
export interface OptimizerRecord<F extends Fields = Fields> {
  readonly id: string;
  readonly title: string;
  /** Markdown: formula and source. */
  readonly doc: string;
  /** Every optimizer has a learning rate; the trainer puts it on the device, so that it can change. */
  readonly fields: F & { readonly learningRate: NumberField };
  /** Names of the tensors kept beside each parameter, of its shape. They start at zero. */
  slots(params: ParamsOf<F>): readonly string[];
  /** f32 scalars that all parameters share, e.g. bias corrections. They start at zero. */
  readonly shared: readonly string[];
  /** The shared scalars of this step from those of the step before. */
  advance(
    b: Builder,
    shared: Readonly<Record<string, Value>>,
    params: ParamsOf<F>,
  ): Readonly<Record<string, Value>>;
  update(b: Builder, context: UpdateContext<F>): Updated;
}

/** Checks a record's parameter types while it is written, and forgets them afterwards for the registry. */
export function defineOptimizer<F extends Fields>(record: OptimizerRecord<F>): OptimizerRecord<F> {
  return record;
}
