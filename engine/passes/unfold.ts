import type { TensorType } from '../core/tensor.ts';
import { Builder, type Value } from '../ir/builder.ts';
import type { Instruction, Program, Scan, State, ValueId } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { fill } from '../ops/constant.ts';
import { gather } from '../ops/gather.ts';
import { sub } from '../ops/sub.ts';
import { inline } from './inline.ts';

/** Rows that are copied from one state to another after (or before) each step of a loop: row t of the step t. */
export interface RowCopy {
  readonly from: string;
  readonly to: string;
  readonly type: TensorType;
}

/** A part of a program: straight on, or a loop. */
export interface Part {
  readonly program: Program;
  readonly loop?: {
    readonly steps: number;
    readonly reverse: boolean;
    readonly before: readonly RowCopy[];
    readonly after: readonly RowCopy[];
  };
}

export interface Unfolded {
  readonly parts: readonly Part[];
  /** What parts hand to each other. */
  readonly states: readonly State[];
}

/**
 * Takes a program with recurrences apart: what stands before, between and behind them, and the body of each, compiled once and run
 * many times. What one part makes and another needs goes through states of their own.
 */
export function unfold(program: Program): Unfolded {
  if (!program.instructions.some(({ scan }) => scan)) return { parts: [{ program }], states: [] };
  return new Unfolding(program).run();
}

class Unfolding {
  private readonly program: Program;
  private readonly states = new Map<string, State>();
  /** The state that holds a value, for all but those of the part in which it comes about. */
  private readonly homes = new Map<ValueId, string>();
  /** The part in which a value comes about. */
  private readonly partOf = new Map<ValueId, number>();
  private readonly used: ReadonlySet<ValueId>;
  /** The node that a value comes from. */
  private readonly origins = new Map<ValueId, string | undefined>();

  constructor(program: Program) {
    this.program = program;
    for (const { results, origin } of program.instructions)
      for (const result of results) this.origins.set(result, origin);
    this.used = new Set([
      ...program.instructions.flatMap(({ inputs }) => inputs),
      ...[...program.writes, ...program.outputs].map(({ value }) => value),
    ]);
  }

  run(): Unfolded {
    const { program } = this;
    for (const { state, value } of program.reads) this.homes.set(value, state);
    const straights: Instruction[][] = [[]];
    const scans: (Instruction & { readonly scan: Scan })[] = [];
    for (const instruction of program.instructions) {
      if (instruction.scan) {
        scans.push({ ...instruction, scan: instruction.scan });
        straights.push([]);
      } else {
        straights[straights.length - 1].push(instruction);
        for (const result of instruction.results) this.partOf.set(result, straights.length - 1);
      }
    }
    this.handOver(straights, scans);
    const loops = scans.map((instruction, at) => this.loop(instruction, at));
    const parts = straights.flatMap((instructions, at): Part[] => {
      const straight = { program: this.straight(instructions, at, scans[at]) };
      return at < loops.length ? [straight, loops[at]] : [straight];
    });
    return { parts, states: [...this.states.values()] };
  }

  /** Gives a state to every value that another part needs. */
  private handOver(straights: readonly Instruction[][], scans: readonly Instruction[]): void {
    const need = (value: ValueId, part: number): void => {
      const made = this.partOf.get(value);
      if (made !== undefined && made !== part) this.home(value);
    };
    straights.forEach((instructions, at) => {
      for (const { inputs } of instructions) for (const input of inputs) need(input, at);
    });
    for (const { inputs, results } of scans) {
      for (const input of inputs) need(input, -1);
      for (const result of results) if (this.used.has(result)) this.home(result);
    }
    for (const { value } of [...this.program.writes, ...this.program.outputs])
      need(value, straights.length - 1);
  }

  private home(value: ValueId): string {
    const known = this.homes.get(value);
    if (known !== undefined) return known;
    const { name } = this.state(`%${value}`, this.program.values[value], value);
    this.homes.set(value, name);
    return name;
  }

  /** A state for a value, or for what belongs to it. */
  private state(name: string, type: TensorType, value: ValueId): State {
    const full = `${this.program.name} ${name}`;
    const origin = this.origins.get(value);
    const state: State = { name: full, type, role: 'metric', init: { kind: 'zeros' }, origin };
    this.states.set(full, state);
    return state;
  }

  /** What stands before a recurrence (or at the end); it hands over what others need, and how the recurrence begins. */
  private straight(
    instructions: readonly Instruction[],
    part: number,
    next: Instruction | undefined,
  ): Program {
    const { program } = this;
    const last = next === undefined;
    const made = new Set(instructions.flatMap(({ results }) => results));
    const writes = [...made].flatMap((value) => {
      const state = this.homes.get(value);
      return state === undefined ? [] : [{ state, value }];
    });
    const starts = next?.scan ? this.starts(next, next.scan) : [];
    const needed = new Set([
      ...instructions.flatMap(({ inputs }) => inputs),
      ...starts.map(({ value }) => value),
      ...(last ? [...program.writes, ...program.outputs].map(({ value }) => value) : []),
    ]);
    const counter = next?.scan ? [this.counterStart(next)] : [];
    return {
      name: `${program.name} ${part}`,
      values: [...program.values, ...counter.map(() => COUNTER)],
      reads: [...needed]
        .filter((value) => !made.has(value))
        .map((value) => ({ state: this.homes.get(value)!, value })),
      instructions: [...instructions, ...counter],
      writes: [
        ...writes,
        ...starts,
        ...counter.map(({ results }) => ({ state: this.counter(next!).name, value: results[0] })),
        ...(last ? program.writes : []),
      ],
      outputs: last ? program.outputs : [],
    };
  }

  /** The carries of a recurrence begin with its first inputs. */
  private starts({ inputs, results }: Instruction, { carries }: Scan): { state: string; value: ValueId }[] {
    return inputs.slice(0, carries).map((value, at) => ({ state: this.home(results[at]), value }));
  }

  private counter({ results }: Instruction): State {
    return this.state(`step %${results[0]}`, COUNTER, results[0]);
  }

  private counterStart({ origin }: Instruction): Instruction {
    const b = new Builder('counter');
    fill(b, 0, [], 'i32');
    return { ...b.instructions[0], results: [this.program.values.length], ...(origin && { origin }) };
  }

  private loop(instruction: Instruction & { readonly scan: Scan }, number: number): Part {
    const { inputs, results, scan, origin } = instruction;
    const { steps, reverse, carries, sequences, body } = scan;
    const b = new Builder(`${this.program.name} loop ${number}`);
    b.origin = origin;
    const counter = this.counter(instruction);
    const step = b.read(counter);
    const row = reverse ? sub(b, fill(b, steps - 1, [], 'i32'), step) : step;
    const read = (value: ValueId): Value =>
      b.read({ name: this.home(value), type: this.program.values[value] });
    const given = (state: string): Value => {
      const [kind, at] = [state.split('.')[0], Number(state.split('.')[1])];
      if (kind === 'carry') return b.read(this.states.get(this.home(results[at]))!);
      const input = read(inputs[kind === 'sequence' ? carries + at : carries + sequences + at]);
      return kind === 'sequence' ? gather(b, input, row) : input;
    };
    const made = inline(b, body, given);
    const after: RowCopy[] = [];
    body.outputs.forEach(({ value }, at) => {
      const result = made.get(value)!;
      if (at < carries) return b.write(this.states.get(this.home(results[at]))!, result);
      if (!this.used.has(results[at])) return;
      const slot = this.state(`row %${results[at]}`, result.type, results[at]);
      b.write(slot, result);
      after.push({ from: slot.name, to: this.home(results[at]), type: result.type });
    });
    b.write(counter, add(b, step, 1));
    const before = inputs.slice(0, carries).flatMap((input, at): RowCopy[] => {
      const stacked = results[body.outputs.length + at];
      if (!this.used.has(stacked)) return [];
      return [{ from: this.home(results[at]), to: this.home(stacked), type: this.program.values[input] }];
    });
    return { program: b.finish(), loop: { steps, reverse, before, after } };
  }
}

const COUNTER: TensorType = { dtype: 'i32', shape: [] };
