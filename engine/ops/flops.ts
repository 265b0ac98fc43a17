import { size } from '../core/shape.ts';
import type { Instruction, Program } from '../ir/program.ts';
import { opRecord } from './records.ts';

/** Floating-point operations of one run of a program. */
export function programFlops(program: Program): number {
  return program.instructions.reduce((sum, instruction) => sum + instructionFlops(program, instruction), 0);
}

export function instructionFlops(
  { values }: Program,
  { op, inputs, results, attributes, scan }: Instruction,
): number {
  if (scan) return scan.steps * programFlops(scan.body);
  const result = values[results[0]];
  const types = inputs.map((input) => values[input]);
  return opRecord(op).flops?.(types, attributes, result) ?? size(result.shape);
}
