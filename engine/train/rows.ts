import { bindColumns, bindingKey, type Binding, type Encoding } from '../core/binding.ts';
import type { DatasetSchema } from '../core/dataset.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { BatchColumns } from '../layers/layer.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { gather } from '../ops/gather.ts';
import { iota } from '../ops/iota.ts';
import { less } from '../ops/less.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
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

/** How programs of a training module get their batches: rows of the data on the device, gathered there. */
export class DeviceRows {
  /** What nodes have bound so far, by the key of the data state. */
  readonly bindings = new Map<string, Binding>();
  private readonly schema: DatasetSchema;
  private readonly states: StateTable;
  private readonly batch: number;

  constructor(schema: DatasetSchema, states: StateTable, batch: number) {
    this.schema = schema;
    this.states = states;
    this.batch = batch;
  }

  /** Where the rows of the current step lie, i32[batch]: the next ones in the shuffled order. */
  shuffled(b: Builder, split: SplitRows): Value {
    const start = b.read(this.states.use(startState(split)));
    const first = mul(b, cast(b, sub(b, b.read(this.states.use(STEP)), start), 'i32'), this.batch);
    const position = add(b, iota(b, [this.batch], 0), first);
    return gather(b, b.read(this.states.use(orderState(split))), position);
  }

  /**
   * Where the rows of the batch that is evaluated lie: the next ones in their order. The last batch goes beyond
   * the end of the split; `mask` is false there, and the rows repeat the last one.
   */
  sequential(b: Builder, split: SplitRows): { readonly index: Value; readonly mask: Value } {
    const batch = cast(b, b.read(this.states.use(EVALUATED)), 'i32');
    const start = cast(b, b.read(this.states.use(startState(split))), 'i32');
    const example = add(b, iota(b, [this.batch], 0), mul(b, batch, this.batch));
    const index = minimum(b, sub(b, example, mul(b, start, this.batch)), split.capacity - 1);
    return { index, mask: less(b, example, split.rows) };
  }

  /** The columns that a node binds, at the given rows. */
  columns(
    b: Builder,
    split: SplitRows,
    index: Value,
    names: readonly string[],
    role: 'input' | 'target',
    encoding: Encoding = 'features',
  ): BatchColumns {
    const key = bindingKey(names, role, encoding);
    const binding = this.bindings.get(key) ?? bindColumns(this.schema, names, role, encoding);
    this.bindings.set(key, binding);
    const data = b.read(this.states.use(dataState(split, key, binding)));
    return { value: gather(b, data, index), columns: binding.columns, affine: binding.affine };
  }
}
