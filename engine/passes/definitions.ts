import type { TensorType } from '../core/tensor.ts';
import { size } from '../core/shape.ts';
import type { KernelBody, Operand } from '../kernel/body.ts';
import { axis, constant } from '../kernel/arithmetic.ts';
import type { Expression } from '../kernel/expression.ts';
import type { Axis } from '../kernel/kernel.ts';
import { opRecord } from '../ops/records.ts';
import type { Instruction, Program, ValueId } from '../ir/program.ts';
import { loadsOf, operationsOf } from '../kernel/inspect.ts';

/** An instruction with what fusion needs to know about its kernel. */
export interface Definition {
  readonly value: ValueId;
  readonly type: TensorType;
  readonly instruction: Instruction;
  readonly kind: KernelBody['kind'];
  /** How often one evaluation of the element reads each input. */
  readonly reads: ReadonlyMap<ValueId, number>;
  /** Evaluations of the element in one run. */
  readonly evaluations: number;
  /** Work of one evaluation, in additions; 0 for pure data movement. */
  readonly cost: number;
  /** Reads through an index that is itself read. */
  readonly gathers: boolean;
  /** Must have a buffer. */
  readonly stored: boolean;
}

/** The definitions of a program's values, in program order; values of states have none. */
export function definitionsOf(program: Program): Map<ValueId, Definition> {
  return new Map(
    program.instructions.map((instruction) => [instruction.results[0], define(program, instruction)]),
  );
}

/** Calls an op's kernel. A reduction of single elements is a map, and fuses like one. */
export function bodyOf(
  program: Program,
  instruction: Instruction,
  operand: (value: ValueId) => Operand,
): KernelBody {
  const type = program.values[instruction.results[0]];
  const body = opRecord(instruction.op).kernel(instruction.inputs.map(operand), instruction.attributes, type);
  if (body.kind !== 'reduce' || body.combine === 'argmax' || body.range) return body;
  if (size(body.extents) !== 1) return body;
  const only = body.extents.map(() => constant('i32', 0));
  return { kind: 'map', element: (index) => body.element(index, only) };
}

export function outputAxes(type: TensorType): Axis[] {
  return type.shape.map((extent, at) => axis(`i${at}`, extent));
}

export function reducedAxes(extents: readonly number[]): Axis[] {
  return extents.map((extent, at) => axis(`r${at}`, extent));
}

/** The expressions of a body over the axes `i…` and `r…`. */
export function expressionsOf(body: KernelBody, index: readonly Expression[]): Expression[] {
  switch (body.kind) {
    case 'map':
      return [body.element(index)];
    case 'reduce':
      return [body.element(index, reducedAxes(body.extents)), ...(body.range?.(index) ?? [])];
    case 'contract': {
      const contracted = reducedAxes(body.extents);
      return [body.left(index, contracted), body.right(index, contracted)];
    }
  }
}

function define(program: Program, instruction: Instruction): Definition {
  const [value] = instruction.results;
  const type = program.values[value];
  const load = (source: ValueId): Operand => ({
    type: program.values[source],
    at: (index) => ({ kind: 'load', dtype: program.values[source].dtype, source, index }),
  });
  const body = bodyOf(program, instruction, load);
  const expressions = expressionsOf(body, outputAxes(type));
  const loads = expressions.flatMap(loadsOf);
  const reads = new Map<ValueId, number>();
  for (const { source } of loads) reads.set(source, (reads.get(source) ?? 0) + 1);
  return {
    value,
    type,
    instruction,
    kind: body.kind,
    reads,
    evaluations: size(type.shape) * (body.kind === 'map' ? 1 : size(body.extents)),
    cost: expressions.reduce((sum, expression) => sum + operationsOf(expression), 0),
    gathers: loads.some((load) => load.index.some((index) => loadsOf(index).length > 0)),
    stored: opRecord(instruction.op).stored ?? false,
  };
}
