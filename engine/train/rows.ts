import { bindColumns, bindingKey, isSequence, type Binding, type Encoding } from '../core/binding.ts';
import type { BoundRole, Cut } from '../core/dataset.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import type { BatchColumns } from '../layers/layer.ts';
import { section } from '../layers/sections.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { gather } from '../ops/gather.ts';
import { iota } from '../ops/iota.ts';
import { less } from '../ops/less.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { not } from '../ops/not.ts';
import { reshape } from '../ops/reshape.ts';
import { sub } from '../ops/sub.ts';
import {
  EVALUATED,
  STEP,
  dataState,
  orderState,
  startState,
  type SplitRows,
  type StateTable,
} from './states.ts';
import type { TrainingSpec } from './step.ts';

/** Rows of a split that make a batch. */
export interface BatchRows {
  /** Where they lie on the device, i32[batch]. */
  readonly index: Value;
  /** How much of their sequences is looked at; all where absent. */
  readonly cut?: Cut;
}

/** How programs of a training module get their batches: rows of the data on the device, gathered there. */
export class DeviceRows {
  /** What nodes have bound so far, by the key of the data state. */
  readonly bindings = new Map<string, Binding>();
  private readonly states: StateTable;
  private readonly spec: Pick<TrainingSpec, 'schema' | 'batch' | 'buckets'>;

  constructor(spec: DeviceRows['spec'], states: StateTable) {
    this.spec = spec;
    this.states = states;
  }

  /** Where the rows of the current step lie, i32[batch]. */
  trained(b: Builder, split: SplitRows): Value {
    return this.next(b, split, STEP);
  }

  /** Where the rows of the batch that is evaluated lie, and a mask that is false where it has none: the first row stands there. */
  evaluated(b: Builder, split: SplitRows): { readonly index: Value; readonly mask: Value } {
    const index = this.next(b, split, EVALUATED);
    return { index: maximum(b, index, 0), mask: not(b, less(b, index, 0)) };
  }

  /** The entries of the order that belong to the batch which `counter` counts. */
  private next(b: Builder, rows: SplitRows, counter: State): Value {
    const { batch } = this.spec;
    const start = b.read(this.states.use(startState(rows)));
    const first = mul(b, cast(b, sub(b, b.read(this.states.use(counter)), start), 'i32'), batch);
    const position = add(b, iota(b, [batch], 0), first);
    return gather(b, b.read(this.states.use(orderState({ ...this.spec, rows }))), position);
  }

  /** How much each row counts, f32[batch]: 1 on average over the training part. Undefined where the data set has no weights. */
  weights(b: Builder, split: SplitRows, rows: BatchRows): Value | undefined {
    if (!this.spec.schema.columns.some(({ role }) => role === 'weight')) return undefined;
    const { value, affine } = this.columns(b, split, rows, [], 'weight');
    return mul(b, reshape(b, value, value.type.shape.slice(0, 1)), affine?.scale[0] ?? 1);
  }

  /** The columns that a node binds, at the given rows. */
  columns(
    b: Builder,
    split: SplitRows,
    { index, cut }: BatchRows,
    names: readonly string[],
    role: BoundRole,
    encoding: Encoding = 'features',
  ): BatchColumns {
    const key = bindingKey(names, role, encoding);
    const binding = this.bindings.get(key) ?? bindColumns(this.spec.schema, names, role, encoding);
    this.bindings.set(key, binding);
    const data = b.read(this.states.use(dataState(split, key, binding)));
    const rows = gather(b, data, index);
    const [width] = binding.shape;
    const length = (isSequence(binding) && cut?.[width]) || width;
    const value = length < width ? section(b, rows, 1, 0, length) : rows;
    return { value, columns: binding.columns, affine: binding.affine, scaling: binding.scaling };
  }
}
