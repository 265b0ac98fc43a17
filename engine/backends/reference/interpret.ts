import { StrataError } from '../../core/errors.ts';
import { ndarray, type NdArray } from '../../core/ndarray.ts';
import type { Program, Scan, ValueId } from '../../ir/program.ts';
import { opRecord } from '../../ops/records.ts';

export interface Interpretation {
  /** New values of the states that the program writes. */
  readonly writes: ReadonlyMap<string, NdArray>;
  readonly outputs: ReadonlyMap<string, NdArray>;
}

/**
 * Runs a program in float64, op by op, with each op's own `evaluate`: the oracle of the tests. It shares nothing
 * with the kernels, and rounds nothing to float32.
 */
export function interpret(program: Program, states: ReadonlyMap<string, NdArray>): Interpretation {
  const values = new Map<ValueId, NdArray>();
  const valueOf = (id: ValueId): NdArray => {
    const value = values.get(id);
    if (!value)
      throw new StrataError({ code: 'IR_INVALID', message: `%${id} has no value.`, where: program.name });
    return value;
  };
  for (const { state, value } of program.reads) {
    const array = states.get(state);
    if (!array) {
      throw new StrataError({
        code: 'STATE_MISSING',
        message: `The state "${state}" has no value.`,
        where: program.name,
      });
    }
    values.set(value, array);
  }
  for (const { op, inputs, results, attributes, scan } of program.instructions) {
    if (scan) {
      const all = repeat(scan, inputs.map(valueOf));
      results.forEach((result, at) => values.set(result, all[at]));
      continue;
    }
    values.set(
      results[0],
      opRecord(op).evaluate(inputs.map(valueOf), attributes, program.values[results[0]]),
    );
  }
  return {
    writes: new Map(program.writes.map(({ state, value }) => [state, valueOf(value)])),
    outputs: new Map(program.outputs.map(({ name, value }) => [name, valueOf(value)])),
  };
}

/** The results of a recurrence, step by step. */
function repeat({ steps, reverse, carries, sequences, body }: Scan, inputs: readonly NdArray[]): NdArray[] {
  let carry = inputs.slice(0, carries);
  const outputs: NdArray[][] = [];
  const before: NdArray[][] = [];
  const order = Array.from({ length: steps }, (_, at) => (reverse ? steps - 1 - at : at));
  for (const step of order) {
    before[step] = carry;
    const given = inputs.map((input, at): [string, NdArray] => {
      if (at < carries) return [`carry.${at}`, carry[at]];
      const number = at - carries;
      if (number < sequences) return [`sequence.${number}`, sliceAt(input, step)];
      return [`constant.${number - sequences}`, input];
    });
    const results = [...interpret(body, new Map(given)).outputs.values()];
    carry = results.slice(0, carries);
    outputs[step] = results.slice(carries);
  }
  return [...carry, ...stack(outputs), ...stack(before)];
}

function sliceAt({ dtype, shape, data }: NdArray, step: number): NdArray {
  const length = data.length / shape[0];
  return ndarray(dtype, shape.slice(1), data.slice(step * length, (step + 1) * length));
}

/** The arrays of all steps, each as one. */
function stack(steps: readonly (readonly NdArray[])[]): NdArray[] {
  return steps[0].map(({ dtype, shape }, at) =>
    ndarray(
      dtype,
      [steps.length, ...shape],
      steps.flatMap((arrays) => [...arrays[at].data]),
    ),
  );
}
