import { StrataError } from '../core/errors.ts';
import { sameShape } from '../core/shape.ts';
import { formatType, type TensorType } from '../core/tensor.ts';
import type { OpRecord } from './op.ts';
import { sliceOf } from './builder.ts';
import type { Instruction, Program, Scan, State, ValueId } from './program.ts';

/**
 * Checks that a program is sound: every value is defined once and before its use, every type is what its op
 * infers, no state is read, no state is written and no output named twice, and every state exists with the type of
 * what is read or written. Throws `IR_INVALID`.
 */
export function verify(
  program: Program,
  recordOf: (op: string) => OpRecord,
  states?: readonly State[],
): void {
  const defined = new Set<ValueId>();
  const define = (value: ValueId, instruction?: Instruction): void => {
    if (defined.has(value)) invalid(program, `%${value} is defined twice`, instruction);
    defined.add(value);
  };
  for (const { value } of program.reads) define(value);
  for (const instruction of program.instructions) {
    for (const input of instruction.inputs) {
      if (!defined.has(input)) invalid(program, `%${input} is used before it is defined`, instruction);
    }
    if (instruction.scan) checkScan(program, instruction, instruction.scan, recordOf);
    else checkTypes(program, instruction, recordOf(instruction.op));
    for (const result of instruction.results) define(result, instruction);
  }
  for (const { value } of [...program.writes, ...program.outputs]) {
    if (!defined.has(value)) invalid(program, `%${value} is never defined`);
  }
  requireUnique(
    program,
    'read',
    program.reads.map(({ state }) => state),
  );
  requireUnique(
    program,
    'written',
    program.writes.map(({ state }) => state),
  );
  requireUnique(
    program,
    'output',
    program.outputs.map(({ name }) => name),
  );
  if (states) checkStates(program, states);
}

function requireUnique(program: Program, what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) invalid(program, `"${twice}" is ${what} twice`);
}

function checkTypes(program: Program, instruction: Instruction, record: OpRecord): void {
  const inferred = record.infer(
    instruction.inputs.map((input) => program.values[input]),
    instruction.attributes,
  );
  const stated = program.values[instruction.results[0]];
  if (!sameType(inferred, stated)) {
    invalid(
      program,
      `%${instruction.results[0]} is ${formatType(stated)}, not ${formatType(inferred)}`,
      instruction,
    );
  }
}

/** The body is sound and fits what goes in and comes out. */
function checkScan(
  program: Program,
  instruction: Instruction,
  { steps, carries, sequences, body }: Scan,
  recordOf: (op: string) => OpRecord,
): void {
  const { inputs, results } = instruction;
  const typeOf = (value: ValueId): TensorType => program.values[value];
  const given = inputs.map((input, at): State => {
    const [kind, number] =
      at < carries
        ? ['carry', at]
        : at < carries + sequences
          ? ['sequence', at - carries]
          : ['constant', at - carries - sequences];
    const type = kind === 'sequence' ? sliceOf(typeOf(input)) : typeOf(input);
    return { name: `${kind}.${number}`, type, role: 'metric', init: { kind: 'zeros' } };
  });
  verify(body, recordOf, given);
  const stacked = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: [steps, ...shape] });
  const first = inputs.slice(0, carries).map(typeOf);
  const made = body.outputs.map(({ value }) => body.values[value]);
  const wanted = [...first, ...made.slice(carries).map(stacked), ...first.map(stacked)];
  const fits = made.slice(0, carries).every((type, at) => sameType(type, first[at]));
  if (
    !fits ||
    wanted.length !== results.length ||
    !wanted.every((type, at) => sameType(type, typeOf(results[at])))
  )
    invalid(program, 'a step does not fit what it is repeated on', instruction);
}

function checkStates(program: Program, states: readonly State[]): void {
  const types = new Map(states.map(({ name, type }) => [name, type]));
  for (const { state, value } of [...program.reads, ...program.writes]) {
    const type = types.get(state);
    if (!type) invalid(program, `there is no state "${state}"`);
    else if (!sameType(type, program.values[value])) {
      invalid(
        program,
        `"${state}" is ${formatType(type)}, but %${value} is ${formatType(program.values[value])}`,
      );
    }
  }
}

function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

function invalid(program: Program, what: string, instruction?: Instruction): never {
  throw new StrataError({
    code: 'IR_INVALID',
    message: `The program "${program.name}" is not sound: ${what}.`,
    where: instruction && `${instruction.op}${instruction.origin ? ` of node ${instruction.origin}` : ''}`,
    fix: 'This is a fault in Strata. Please report it with the model.',
  });
}
