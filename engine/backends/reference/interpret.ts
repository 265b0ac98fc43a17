import { StrataError } from '../../core/errors.ts';
import type { NdArray } from '../../core/ndarray.ts';
import type { Program, ValueId } from '../../ir/program.ts';
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
  for (const { op, inputs, results, attributes } of program.instructions) {
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
