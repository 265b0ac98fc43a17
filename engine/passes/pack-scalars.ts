import type { DType } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { Attributes, Instruction, Program, ValueId } from '../ir/program.ts';
import { opRecord } from '../ops/records.ts';

/** Larger instructions that read a scalar, below which it is not worth a place. */
const FEW = 2;

/**
 * Puts scalars that many larger instructions read (the learning rate, whether the loss is finite, what an optimizer corrects with) into
 * one value of a few numbers. A kernel has few buffers, and each scalar would take one: with all of them in one, a product, the update
 * of its weight and of what the optimizer keeps fit into a kernel.
 */
export function packScalars(program: Program): Program {
  const early = { ...program, instructions: scalarsEarly(program) };
  const place = choosePlace(early);
  return place ? new Packing(early, place).run() : program;
}

/** Scalars are computed as soon as what they read is there, so that most of them are there before the first is used. */
function scalarsEarly({ values, reads, instructions }: Program): readonly Instruction[] {
  const waiting = new Set(
    instructions.filter(({ results, scan, again }) => {
      return !scan && !again && results.every((value) => size(values[value].shape) === 1);
    }),
  );
  const known = new Set(reads.map(({ value }) => value));
  const wanted = new Set([...waiting].flatMap(({ inputs }) => inputs));
  const order: Instruction[] = [];
  const take = (instruction: Instruction): void => {
    order.push(instruction);
    for (const result of instruction.results) known.add(result);
    if (instruction.results.some((result) => wanted.has(result))) takeScalars();
  };
  const takeScalars = (): void => {
    for (const scalar of waiting) {
      if (!scalar.inputs.every((input) => known.has(input))) continue;
      waiting.delete(scalar);
      order.push(scalar);
      for (const result of scalar.results) known.add(result);
    }
  };
  takeScalars();
  for (const instruction of instructions) if (!known.has(instruction.results[0])) take(instruction);
  return order;
}

interface Place {
  /** Number of instructions before it. */
  readonly at: number;
  readonly scalars: readonly ValueId[];
}

/** Where most uses of at least two scalars come after all of them. */
function choosePlace(program: Program): Place | undefined {
  const candidates = candidatesOf(program);
  let best: Place | undefined;
  let most = 0;
  for (const at of new Set(candidates.map(({ from }) => from))) {
    const later = candidates
      .filter(({ from }) => from <= at)
      .map(({ value, uses }) => ({ value, uses: uses.filter((use) => use >= at).length }))
      .filter(({ uses }) => uses >= FEW);
    const total = later.reduce((sum, { uses }) => sum + uses, 0);
    if (later.length < 2 || total <= most) continue;
    most = total;
    best = { at, scalars: later.map(({ value }) => value) };
  }
  return best;
}

interface Candidate {
  readonly value: ValueId;
  /** The instruction from which on it is there. */
  readonly from: number;
  /** Larger instructions that read it. */
  readonly uses: readonly number[];
}

/** Numbers and truth values that change from run to run; whole numbers would not fit into f32. */
function candidatesOf({ values, reads, instructions }: Program): Candidate[] {
  const found = new Map<ValueId, { readonly from: number; readonly uses: number[] }>();
  const consider = (value: ValueId, from: number): void => {
    const { dtype, shape } = values[value];
    if (size(shape) === 1 && (dtype === 'f32' || dtype === 'bool')) found.set(value, { from, uses: [] });
  };
  const changing = new Set(reads.map(({ value }) => value));
  for (const value of changing) consider(value, 0);
  instructions.forEach(({ inputs, results, scan, again }, at) => {
    const large = results.some((value) => size(values[value].shape) > 1);
    if (large && !scan && !again) for (const input of new Set(inputs)) found.get(input)?.uses.push(at);
    if (!inputs.some((input) => changing.has(input))) return;
    for (const result of results) {
      changing.add(result);
      if (!scan && !again) consider(result, at + 1);
    }
  });
  return [...found].map(([value, rest]) => ({ value, ...rest }));
}

class Packing {
  private readonly program: Program;
  private readonly place: Place;
  private readonly values: Program['values'][number][];
  private readonly added: Instruction[] = [];

  constructor(program: Program, place: Place) {
    this.program = program;
    this.place = place;
    this.values = [...program.values];
  }

  run(): Program {
    const { scalars, at } = this.place;
    const { instructions } = this.program;
    const packed = this.emit(
      'concat',
      scalars.map((scalar) => this.packed(scalar)),
      { axis: 0 },
    );
    const replaced = new Map(scalars.map((scalar, place) => [scalar, this.unpacked(packed, scalar, place)]));
    const later = instructions.slice(at).map((instruction) => {
      const large = instruction.results.some((value) => size(this.values[value].shape) > 1);
      if (!large || instruction.scan || instruction.again) return instruction;
      return { ...instruction, inputs: instruction.inputs.map((input) => replaced.get(input) ?? input) };
    });
    return {
      ...this.program,
      values: this.values,
      instructions: [...instructions.slice(0, at), ...this.added, ...later],
    };
  }

  private packed(scalar: ValueId): ValueId {
    return this.emit('reshape', [this.converted(scalar, 'f32')], { shape: [1] });
  }

  private unpacked(packed: ValueId, scalar: ValueId, place: number): ValueId {
    const { dtype, shape } = this.values[scalar];
    const part = this.emit('slice', [packed], { starts: [place], limits: [place + 1], strides: [1] });
    return this.converted(this.emit('reshape', [part], { shape }), dtype);
  }

  private converted(value: ValueId, dtype: DType): ValueId {
    return this.values[value].dtype === dtype ? value : this.emit('cast', [value], { dtype });
  }

  private emit(op: string, inputs: readonly ValueId[], attributes: Attributes): ValueId {
    const type = opRecord(op).infer(
      inputs.map((input) => this.values[input]),
      attributes,
    );
    const result = this.values.push(type) - 1;
    this.added.push({ op, inputs, results: [result], attributes });
    return result;
  }
}
