import { size } from '../core/shape.ts';
import type { Program } from '../ir/program.ts';
import { opRecord } from './records.ts';

/** Floating-point operations of one run of a program. */
export function programFlops({ instructions, values }: Program): number {
  return instructions.reduce((sum, { op, inputs, results, attributes, scan }) => {
    if (scan) return sum + scan.steps * programFlops(scan.body);
    const result = values[results[0]];
    const types = inputs.map((input) => values[input]);
    return sum + (opRecord(op).flops?.(types, attributes, result) ?? size(result.shape));
  }, 0);
}
