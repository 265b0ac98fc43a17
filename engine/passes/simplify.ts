import type { Instruction, Program, ValueId } from '../ir/program.ts';

/** Removes instructions whose results nothing needs and those that compute what is already there. */
export function simplify(program: Program): Program {
  return withoutDeadCode(withoutDuplicates(program));
}

/** Common subexpressions: ops are pure functions of inputs and attributes, so equal ones are one. */
function withoutDuplicates(program: Program): Program {
  const replaced = new Map<ValueId, ValueId>();
  const resolve = (value: ValueId): ValueId => replaced.get(value) ?? value;
  const known = new Map<string, readonly ValueId[]>();
  const instructions: Instruction[] = [];
  for (const instruction of program.instructions) {
    const inputs = instruction.inputs.map(resolve);
    const types = instruction.results.map((result) => program.values[result]);
    const key = JSON.stringify(
      [instruction.op, inputs, instruction.attributes, instruction.scan, instruction.again, types],
      exactNumbers,
    );
    const results = known.get(key);
    if (results) {
      instruction.results.forEach((result, at) => replaced.set(result, results[at]));
    } else {
      known.set(key, instruction.results);
      instructions.push({ ...instruction, inputs });
    }
  }
  return {
    ...program,
    instructions,
    writes: program.writes.map((write) => ({ ...write, value: resolve(write.value) })),
    outputs: program.outputs.map((output) => ({ ...output, value: resolve(output.value) })),
  };
}

function withoutDeadCode(program: Program): Program {
  const needed = new Set([...program.writes, ...program.outputs].map(({ value }) => value));
  const instructions = program.instructions.toReversed().filter(({ inputs, results }) => {
    if (!results.some((result) => needed.has(result))) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return {
    ...program,
    instructions: instructions.toReversed(),
    reads: program.reads.filter(({ value }) => needed.has(value)),
  };
}

/** JSON writes −0, NaN and the infinities like other values. */
function exactNumbers(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return `number ${Object.is(value, -0) ? '-0' : value}`;
}
