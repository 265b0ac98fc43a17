import { StrataError } from '../core/errors.ts';
import type { TensorType } from '../core/tensor.ts';
import type { OpRecord } from './op.ts';
import type { Attributes, Instruction, Program, State, ValueId } from './program.ts';

/** A value while its program is being built: what helpers such as `add(b, x, y)` take and return. */
export interface Value {
  readonly id: ValueId;
  readonly type: TensorType;
}

/** Builds one program, instruction by instruction; every type is inferred and checked on the way. */
export class Builder {
  readonly name: string;
  /** Graph node that following instructions come from. */
  origin: string | undefined;
  private readonly types: TensorType[] = [];
  private readonly emitted: Instruction[] = [];
  private readonly reads = new Map<string, Value>();
  private readonly writes = new Map<string, ValueId>();
  private readonly outputs = new Map<string, ValueId>();

  constructor(name: string) {
    this.name = name;
  }

  /** Appends an instruction and returns its result. Throws `OP_TYPE` where the inputs do not fit. */
  emit<A extends Attributes>(record: OpRecord<A>, inputs: readonly Value[], attributes: A): Value {
    const type = record.infer(
      inputs.map((input) => input.type),
      attributes,
    );
    const result = this.define(type);
    this.emitted.push({
      op: record.name,
      inputs: inputs.map((input) => input.id),
      results: [result.id],
      attributes,
      ...(this.origin === undefined ? {} : { origin: this.origin }),
    });
    return result;
  }

  /** The value of a state before the program started; the same value at every call. */
  read(state: Pick<State, 'name' | 'type'>): Value {
    const known = this.reads.get(state.name);
    if (known) return known;
    const value = this.define(state.type);
    this.reads.set(state.name, value);
    return value;
  }

  /** Sets what a state holds once the program has ended. */
  write(state: Pick<State, 'name' | 'type'>, value: Value): void {
    if (this.writes.has(state.name)) {
      throw new StrataError({
        code: 'IR_STATE_WRITTEN_TWICE',
        message: `The program "${this.name}" writes the state "${state.name}" twice.`,
        where: this.origin,
      });
    }
    this.writes.set(state.name, value.id);
  }

  /** Names a value that is read back. A later one of the same name takes its place. */
  output(name: string, value: Value): void {
    this.outputs.set(name, value.id);
  }

  finish(): Program {
    return {
      name: this.name,
      values: this.types,
      reads: [...this.reads].map(([state, value]) => ({ state, value: value.id })),
      instructions: this.emitted,
      writes: [...this.writes].map(([state, value]) => ({ state, value })),
      outputs: [...this.outputs].map(([name, value]) => ({ name, value })),
    };
  }

  /** What has been emitted so far, in order. */
  get instructions(): readonly Instruction[] {
    return this.emitted;
  }

  /** A value of this program by its id. */
  value(id: ValueId): Value {
    return { id, type: this.types[id] };
  }

  private define(type: TensorType): Value {
    this.types.push(type);
    return { id: this.types.length - 1, type };
  }
}
