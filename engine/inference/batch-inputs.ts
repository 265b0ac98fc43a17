import { bindColumns, bindingKey, type Binding, type Encoding } from '../core/binding.ts';
import type { DatasetSchema } from '../core/dataset.ts';
import type { Builder } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import type { BatchColumns } from '../layers/layer.ts';

/** An input of a program, and what its values are made of. */
export interface BatchInput {
  readonly state: State;
  readonly binding: Binding;
}

/** How programs that use a model get their batch: each input is a state of its own, uploaded row by row. */
export class BatchInputs {
  private readonly schema: DatasetSchema;
  private readonly batch: number;
  private readonly byKey = new Map<string, BatchInput>();

  constructor(schema: DatasetSchema, batch: number) {
    this.schema = schema;
    this.batch = batch;
  }

  get all(): readonly BatchInput[] {
    return [...this.byKey.values()];
  }

  /** The columns that a node binds. */
  columns(b: Builder, names: readonly string[], role: 'input' | 'target', encoding?: Encoding): BatchColumns {
    const { state, binding } = this.input(names, role, encoding);
    return {
      value: b.read(state),
      columns: binding.columns,
      affine: binding.affine,
      scaling: binding.scaling,
    };
  }

  input(names: readonly string[], role: 'input' | 'target', encoding?: Encoding): BatchInput {
    const key = bindingKey(names, role, encoding);
    const known = this.byKey.get(key);
    if (known) return known;
    const binding = bindColumns(this.schema, names, role, encoding);
    const type = { dtype: binding.dtype, shape: [this.batch, ...binding.shape] };
    const state: State = { name: `input.${key}`, type, role: 'data', init: { kind: 'upload' } };
    const input = { state, binding };
    this.byKey.set(key, input);
    return input;
  }
}
