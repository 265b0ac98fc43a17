import { StrataError } from '../core/errors.ts';
import type { TensorType } from '../core/tensor.ts';
import type { OpRecord } from './op.ts';
import {
  SCAN,
  type Attributes,
  type Instruction,
  type Program,
  type State,
  type ValueId,
} from './program.ts';

/** A value while its program is being built: what helpers such as `add(b, x, y)` take and return. */
export interface Value {
  readonly id: ValueId;
  readonly type: TensorType;
}

export interface ScanInputs {
  readonly first: readonly Value[];
  /** Each with `steps` as its leading extent. */
  readonly sequences: readonly Value[];
  readonly constants: readonly Value[];
  readonly steps: number;
  /** From the last step to the first. */
  readonly reverse?: boolean;
}

/** Writes one step: from the carries and what belongs to the step to the next carries and the step's outputs. */
export type ScanStep = (
  b: Builder,
  at: {
    readonly carries: readonly Value[];
    readonly slices: readonly Value[];
    readonly constants: readonly Value[];
  },
) => { readonly carries: readonly Value[]; readonly outputs: readonly Value[] };

export interface ScanResults {
  readonly last: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Type of one step of a sequence. */
export function sliceOf({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape: shape.slice(1) };
}

/** Builds one program, instruction by instruction; every type is inferred and checked on the way. */
export class Builder {
  readonly name: string;
  /** Graph node that following instructions come from. */
  origin: string | undefined;
  /** Whether following instructions are part of the backward pass. */
  backward = false;
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
    this.append({
      op: record.name,
      inputs: inputs.map((input) => input.id),
      results: [result.id],
      attributes,
    });
    return result;
  }

  /**
   * Appends a recurrence over the leading axis of `sequences`; see `Scan`. `build` writes one step into a builder of its own, where
   * `constants` are what it may use from outside.
   */
  scan({ first, sequences, constants, steps, reverse = false }: ScanInputs, build: ScanStep): ScanResults {
    const body = new Builder(`${this.name} step`);
    body.origin = this.origin;
    const read = (kind: string, types: readonly TensorType[]): Value[] =>
      types.map((type, at) => body.read({ name: `${kind}.${at}`, type }));
    const typesOf = (values: readonly Value[]): TensorType[] => values.map(({ type }) => type);
    const result = build(body, {
      carries: read('carry', typesOf(first)),
      slices: read('sequence', typesOf(sequences).map(sliceOf)),
      constants: read('constant', typesOf(constants)),
    });
    result.carries.forEach((value, at) => body.output(`carry.${at}`, value));
    result.outputs.forEach((value, at) => body.output(`output.${at}`, value));
    const stacked = (values: readonly Value[]): Value[] =>
      values.map(({ type }) => this.define({ ...type, shape: [steps, ...type.shape] }));
    const last = first.map(({ type }) => this.define(type));
    const outputs = stacked(result.outputs);
    const before = stacked(first);
    const scan = { steps, reverse, carries: first.length, sequences: sequences.length, body: body.finish() };
    this.append({
      op: SCAN,
      inputs: [...first, ...sequences, ...constants].map(({ id }) => id),
      results: [...last, ...outputs, ...before].map(({ id }) => id),
      attributes: {},
      scan,
    });
    return { last, outputs };
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

  private append(instruction: Omit<Instruction, 'origin' | 'backward'>): void {
    const { origin, backward } = this;
    this.emitted.push({
      ...instruction,
      ...(origin !== undefined && { origin }),
      ...(backward && { backward }),
    });
  }

  private define(type: TensorType): Value {
    this.types.push(type);
    return { id: this.types.length - 1, type };
  }
}
