import { size } from '../core/shape.ts';
import { Builder } from '../ir/builder.ts';
import type { Instruction, Program, ValueId } from '../ir/program.ts';
import { packHalves } from '../ops/pack-halves.ts';
import { opRecord } from '../ops/records.ts';
import { unpackHalves } from '../ops/unpack-halves.ts';
import { definitionsOf } from './definitions.ts';
import { storedValues } from './materialise.ts';

/** Values of fewer elements are not worth a kernel of their own. */
const SMALLEST = 1024;

/**
 * Mixed precision (Micikevicius et al., ICLR 2018) in storage: what the forward pass keeps for the backward pass is rounded to 16 bits
 * there. The forward pass itself, the gradients, the weights and all arithmetic have 32, so no loss scaling is needed. Numbers that
 * the backward pass compares for equality keep all their bits.
 */
export function storeHalves(program: Program, maxBuffers: number): Program {
  const end = program.instructions.findIndex(({ backward }) => backward);
  return end < 0 ? program : new Halving(program, end, maxBuffers).run();
}

class Halving {
  private readonly program: Program;
  private readonly end: number;
  private readonly values: Program['values'][number][];
  private readonly producers = new Map<ValueId, Instruction>();
  /** Values that have a buffer, as sequences that a recurrence reads always have, and what it gives. */
  private readonly stored: Set<ValueId>;
  private readonly exact = new Set<ValueId>();
  /** The packed form of a value, by the value. */
  private readonly packed = new Map<ValueId, Instruction>();
  private readonly copies = new Map<ValueId, ValueId>();
  private readonly late: Instruction[] = [];

  constructor(program: Program, end: number, maxBuffers: number) {
    this.program = program;
    this.end = end;
    this.values = [...program.values];
    const simple = { ...program, instructions: program.instructions.filter(({ scan }) => !scan) };
    this.stored = storedValues(simple, definitionsOf(simple), maxBuffers);
    for (const instruction of program.instructions.slice(0, end)) {
      const { inputs, results, scan } = instruction;
      for (const result of results) this.producers.set(result, instruction);
      if (!scan) continue;
      const sequences = inputs.slice(scan.carries, scan.carries + scan.sequences);
      for (const value of [...sequences, ...results]) this.stored.add(value);
    }
  }

  run(): Program {
    const { instructions } = this.program;
    const backward = instructions.slice(this.end);
    for (const { op, scan, inputs } of backward)
      if (!scan && opRecord(op).exact) for (const input of inputs) this.keepExact(input);
    for (const instruction of backward)
      this.late.push({ ...instruction, inputs: instruction.inputs.map((input) => this.copy(input)) });
    const forward = instructions
      .slice(0, this.end)
      .flatMap((instruction) => [
        instruction,
        ...instruction.results.flatMap((result) => this.packed.get(result) ?? []),
      ]);
    return { ...this.program, values: this.values, instructions: [...forward, ...this.late] };
  }

  /** Marks the stored values that a value of the forward pass is computed from in place. */
  private keepExact(value: ValueId): void {
    const producer = this.producers.get(value);
    if (!producer || this.exact.has(value)) return;
    this.exact.add(value);
    if (!this.stored.has(value)) for (const input of producer.inputs) this.keepExact(input);
  }

  /** What the backward pass reads in the place of a value. */
  private copy(value: ValueId): ValueId {
    const producer = this.producers.get(value);
    if (!producer || this.exact.has(value)) return value;
    const known = this.copies.get(value);
    if (known !== undefined) return known;
    const copy = this.replacement(value, producer);
    this.copies.set(value, copy);
    return copy;
  }

  /** What is computed in place is so in the backward pass, too; and truth values, which take as much room as numbers and little work. */
  private replacement(value: ValueId, producer: Instruction): ValueId {
    const truth = this.program.values[value].dtype === 'bool' && !producer.scan;
    return this.stored.has(value) && !truth ? this.rounded(value, producer) : this.again(producer);
  }

  private again(producer: Instruction): ValueId {
    const inputs = producer.inputs.map((input) => this.copy(input));
    const [original] = producer.results;
    const result = this.define(this.program.values[original]);
    this.late.push({ ...producer, inputs, results: [result], again: true });
    return result;
  }

  private rounded(value: ValueId, { origin }: Instruction): ValueId {
    const { dtype, shape } = this.program.values[value];
    if (dtype !== 'f32' || size(shape) < SMALLEST || size(shape) % 2 !== 0) return value;
    const from = { ...(origin !== undefined && { origin }) };
    const b = new Builder('halves');
    const words = packHalves(b, b.read({ name: 'x', type: this.program.values[value] }));
    unpackHalves(b, words, shape);
    const [pack, unpack] = b.instructions;
    const word = this.define(words.type);
    const result = this.define(this.program.values[value]);
    this.packed.set(value, { ...pack, ...from, inputs: [value], results: [word] });
    this.late.push({ ...unpack, ...from, inputs: [word], results: [result], again: true });
    return result;
  }

  private define(type: Program['values'][number]): ValueId {
    return this.values.push(type) - 1;
  }
}
