import { StrataError } from '../core/errors.ts';
import { formatType } from '../core/tensor.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { Instruction, ValueId } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { fill } from '../ops/constant.ts';
import { opRecord } from '../ops/records.ts';
import { scanGradients } from './differentiate-scan.ts';

/**
 * Reverse-mode differentiation (Griewank & Walther, "Evaluating Derivatives", 2008, §3.2), program to program:
 * appends to `b` what computes d loss / d w for every `w`, with one `vjp` per op record. The loss is a scalar. A
 * value that the loss does not depend on has a gradient of zeros.
 */
export function differentiate(b: Builder, loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.type.shape.length > 0 || loss.type.dtype !== 'f32') {
    throw new StrataError({
      code: 'GRADIENT_NOT_SCALAR',
      message: 'Only a real scalar can be differentiated.',
      got: formatType(loss.type),
      expected: 'f32',
    });
  }
  const instructions = [...b.instructions];
  const wanted = dependents(instructions, wrt);
  const originBefore = b.origin;
  b.backward = true;
  const gradients = new Map<ValueId, Value>([[loss.id, fill(b, 1, [])]]);
  for (const instruction of instructions.toReversed()) {
    const { results, inputs } = instruction;
    if (!results.some((result) => gradients.has(result)) || !wanted.has(results[0])) continue;
    b.origin = instruction.origin;
    const parts = gradientsOf(
      b,
      instruction,
      gradients,
      inputs.map((input) => wanted.has(input)),
    );
    inputs.forEach((input, at) => {
      const part = parts[at];
      if (!part || !wanted.has(input)) return;
      const known = gradients.get(input);
      gradients.set(input, known ? add(b, known, part) : part);
    });
  }
  b.origin = originBefore;
  const found = wrt.map((value) => gradients.get(value.id) ?? fill(b, 0, value.type.shape));
  b.backward = false;
  return found;
}

/** Values that depend on one of `wrt`: only they need a gradient. */
function dependents(instructions: readonly Instruction[], wrt: readonly Value[]): Set<ValueId> {
  const wanted = new Set(wrt.map(({ id }) => id));
  for (const { inputs, results } of instructions) {
    if (inputs.some((input) => wanted.has(input))) for (const result of results) wanted.add(result);
  }
  return wanted;
}

/** What flows back through one instruction to its inputs. */
function gradientsOf(
  b: Builder,
  instruction: Instruction,
  gradients: ReadonlyMap<ValueId, Value>,
  needed: readonly boolean[],
): readonly (Value | null)[] {
  const { op, inputs, results, attributes, scan } = instruction;
  if (scan) return scanGradients(b, instruction, scan, (value) => gradients.get(value), needed);
  const gradient = gradients.get(results[0]);
  const { vjp } = opRecord(op);
  if (!vjp || !gradient) return [];
  return vjp(b, {
    inputs: inputs.map((input) => b.value(input)),
    result: b.value(results[0]),
    gradient,
    attributes,
    needed,
  });
}
