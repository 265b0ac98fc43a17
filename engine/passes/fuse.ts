import type { TensorType } from '../core/tensor.ts';
import { size, type Shape } from '../core/shape.ts';
import type { Turns } from '../core/turns.ts';
import type { Expression } from '../kernel/expression.ts';
import { loadsOf } from '../kernel/inspect.ts';
import type { Axis, Kernel, RowStep, Store, Work } from '../kernel/kernel.ts';
import { reindex } from '../kernel/rewrite.ts';
import type { Program, ValueId } from '../ir/program.ts';
import { definitionsOf, expressionsOf, outputAxes, reducedAxes, type Definition } from './definitions.ts';
import { Expander } from './expand.ts';
import { groupStored, type Group, type Limits } from './group.ts';
import { storedValues } from './materialise.ts';

/**
 * Turns a program into kernels. Maps are substituted into what reads them; what remains is grouped, so that
 * bias, activation, residual and optimizer update run in the kernel of the product before them.
 */
export function* fuse(program: Program, limits: Limits): Turns<Kernel[]> {
  const definitions = definitionsOf(program);
  yield;
  const stored = storedValues(program, definitions, limits.maxBuffers);
  const groups = groupStored(program, definitions, stored, limits);
  yield;
  const leaving = valuesThatLeave(program, groups);
  return groups.map((group) => new KernelWriter(program, definitions, stored, group).write(leaving));
}

/** Stored values that another kernel, a state or a reader needs; the others stay in registers. */
function valuesThatLeave(program: Program, groups: readonly Group[]): Set<ValueId> {
  const leaving = new Set([...program.writes, ...program.outputs].map(({ value }) => value));
  for (const { reads } of groups) for (const value of reads) leaving.add(value);
  return leaving;
}

class KernelWriter {
  private readonly program: Program;
  private readonly definitions: ReadonlyMap<ValueId, Definition>;
  private readonly group: Group;
  private readonly expander: Expander;
  private readonly axes: Axis[];
  private readonly domain: Shape;

  constructor(
    program: Program,
    definitions: ReadonlyMap<ValueId, Definition>,
    stored: ReadonlySet<ValueId>,
    group: Group,
  ) {
    const [first] = group.row
      ? group.members.filter((value) => definitions.get(value)?.kind === 'reduce')
      : group.members;
    const epilogue = new Set(group.members.filter((value) => definitions.get(value)?.kind === 'map'));
    this.program = program;
    this.definitions = definitions;
    this.group = group;
    this.expander = new Expander(program, definitions, (value) => stored.has(value) && !epilogue.has(value));
    const { dtype, shape } = program.values[first];
    this.domain = group.row ? [...shape, group.row] : shape;
    this.axes = outputAxes({ dtype, shape: this.domain });
  }

  write(leaving: ReadonlySet<ValueId>): Kernel {
    const work = this.work();
    const stores = this.group.members.filter((value) => leaving.has(value)).map((value) => this.store(value));
    const expressions = [...stores.map((store) => store.element), ...workExpressions(work)];
    const sources = new Map<ValueId, TensorType>();
    for (const { source } of expressions.flatMap(loadsOf)) sources.set(source, this.program.values[source]);
    for (const result of resultsOf(work)) sources.delete(result);
    const instructions = this.group.members.flatMap(
      (value) => this.definitions.get(value)?.instruction ?? [],
    );
    const origins = [...new Set(instructions.flatMap(({ origin }) => origin ?? []))];
    const label = `${origins.join(' + ') || this.program.name}: ${instructions.map(({ op }) => op).join(', ')}`;
    return { label, origins, axes: this.axes, work, stores, sources };
  }

  private work(): Work {
    if (this.group.row) return { kind: 'rows', steps: this.steps() };
    const [result] = this.group.members;
    const body = this.expander.body(result);
    const { dtype } = this.program.values[result];
    switch (body.kind) {
      case 'map':
        return { kind: 'map' };
      case 'reduce': {
        const { combine, extents } = body;
        const reduced = reducedAxes(extents);
        const range = body.range?.(this.axes);
        const element = body.element(this.axes, reduced);
        return { kind: 'reduce', result, dtype, combine, reduced, element, ...(range && { range }) };
      }
      case 'contract': {
        const [left, right] = expressionsOf(body, this.axes);
        const contracted = reducedAxes(body.extents);
        return { kind: 'contract', result, dtype, roles: body.axes, contracted, left, right };
      }
    }
  }

  private steps(): RowStep[] {
    const last = this.axes.at(-1)!;
    return this.group.members.flatMap((result): RowStep[] => {
      const body = this.expander.body(result);
      if (body.kind !== 'reduce' || body.combine === 'argmax') return [];
      const { dtype, shape } = this.program.values[result];
      return [{ result, dtype, combine: body.combine, element: body.element(this.index(shape), [last]) }];
    });
  }

  /** The index in a member of the domain's element, or of its row. */
  private index(shape: Shape): readonly Expression[] {
    const whole = size(shape) === size(this.domain);
    return whole
      ? reindex(this.axes, this.domain, shape)
      : reindex(this.axes.slice(0, -1), this.domain.slice(0, -1), shape);
  }

  private store(value: ValueId): Store {
    const type = this.program.values[value];
    const index = this.index(type.shape);
    const body = this.expander.body(value);
    const element: Expression =
      body.kind === 'map' ? body.element(index) : { kind: 'load', dtype: type.dtype, source: value, index };
    return { value, type, element };
  }
}

/** What a kernel accumulates. */
function resultsOf(work: Work): ValueId[] {
  if (work.kind === 'map') return [];
  return work.kind === 'rows' ? work.steps.map(({ result }) => result) : [work.result];
}

export function workExpressions(work: Work): Expression[] {
  switch (work.kind) {
    case 'map':
      return [];
    case 'rows':
      return work.steps.map(({ element }) => element);
    case 'reduce':
      return [work.element, ...(work.range ?? [])];
    case 'contract':
      return [work.left, work.right];
  }
}
