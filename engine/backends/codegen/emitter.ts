import type { DType } from '../../core/dtype.ts';
import type { TensorType } from '../../core/tensor.ts';
import { affineOf, type Affine } from '../../kernel/affine.ts';
import type { Expression } from '../../kernel/expression.ts';
import type { Load } from '../../kernel/inspect.ts';
import { LANE } from '../../kernel/rewrite.ts';
import { Scope } from './scope.ts';

/** One number, or four neighbours at once. */
export type Width = 1 | 4;

/** A value in registers: its code, its type, and the level of the outermost block that can compute it. */
export interface Value {
  readonly code: string;
  readonly dtype: DType;
  readonly lanes: Width;
  readonly level: number;
}

/**
 * Writes scalar expressions as code of some language. An expression of the axis `lane` becomes a vector of its four
 * values. Whatever does not change in a loop is computed before it, and the same thing is computed once.
 */
export abstract class Emitter {
  scope = new Scope();
  protected readonly types: ReadonlyMap<number, TensorType>;
  private readonly axes = new Map<string, Value>();
  private readonly registers = new Map<number, Value>();
  private readonly known = new Map<Scope, Map<Expression, Value>>();
  private count = 0;

  /** `lane`: the four values of the axis `lane`. */
  constructor(types: ReadonlyMap<number, TensorType>, lane: string) {
    this.types = types;
    this.axes.set(LANE.name, { code: lane, dtype: 'i32', lanes: 4, level: 0 });
  }

  /** Code of a number. */
  abstract literal(dtype: DType, value: number): string;
  /** Code of a scalar function with `lanes` results; operands may have fewer. */
  abstract called(name: string, operands: readonly Value[], dtype: DType, lanes: Width): string;
  /** Code of a conversion. */
  abstract converted(value: Value, dtype: DType): string;
  /** The same number four times. */
  protected abstract repeated(value: Value): string;
  protected abstract loaded(load: Load, type: TensorType): Value;
  /** Statement that gives `name` a value. */
  protected abstract assignment(name: string, value: Value): string;
  /** Code that reads a name. */
  protected abstract reference(name: string): string;
  protected abstract isReference(code: string): boolean;
  protected abstract product(value: Value, coefficient: number): string;
  protected abstract added(a: Value, b: Value): string;
  /** Writes a value to `source` at a position that is contiguous in its lanes. */
  abstract store(source: number, type: TensorType, at: Affine, value: Value): void;

  /** A name that nothing else in the kernel has. */
  fresh = (): string => `v${this.count++}`;

  line(code: string): void {
    this.scope.lines.push(code);
  }

  /** Makes `name` known as an axis in the current block. */
  bindAxis(name: string, code: string): void {
    this.axes.set(name, { code, dtype: 'i32', lanes: 1, level: this.scope.level });
  }

  /** Loads of `source` become a register of the current block, until the next call. */
  bindRegister(source: number, code: string, dtype: DType, lanes: Width): void {
    this.registers.set(source, { code, dtype, lanes, level: this.scope.level });
    this.known.delete(this.scope);
  }

  /** Writes a nested block: `open`, what `body` writes, `close`. */
  block(open: string, body: () => void, close = '}'): void {
    const outer = this.scope;
    this.scope = new Scope(outer);
    body();
    const inner = this.scope;
    this.known.delete(inner);
    this.scope = outer;
    outer.lines.push(open, ...inner.lines.map((line) => `  ${line}`), close);
  }

  emit(expression: Expression): Value {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      const value = this.known.get(scope)?.get(expression);
      if (value) return value;
    }
    const value = this.write(expression);
    const home = this.scope.at(value.level);
    let known = this.known.get(home);
    if (!known) this.known.set(home, (known = new Map()));
    known.set(expression, value);
    return value;
  }

  /** The value with as many lanes as asked. */
  splat(value: Value, lanes: Width): Value {
    return value.lanes === lanes ? value : { ...value, lanes, code: this.repeated(value) };
  }

  /** A name for a value, in the outermost block that can compute it. */
  bind(value: Value): Value {
    if (this.isReference(value.code)) return value;
    const home = this.scope.at(value.level);
    const name = home.bind(value.code, this.fresh, (fresh) => this.assignment(fresh, value));
    return { ...value, code: this.reference(name) };
  }

  /** Σ coefficient · term / by + start, summed block by block from the outermost on. */
  protected sum(terms: Affine['terms'], by: number, start: Value): Value {
    const parts = terms
      .map(({ term, coefficient }) => ({ value: this.emit(term), coefficient: coefficient / by }))
      .sort((a, b) => a.value.level - b.value.level);
    let sum = start;
    parts.forEach(({ value, coefficient }, index) => {
      const product = coefficient === 1 ? value : { ...value, code: this.product(value, coefficient) };
      const previous = parts[index - 1]?.value;
      if (previous && previous.level < value.level) sum = this.bind(sum);
      sum = sum.code === this.literal('i32', 0) ? product : this.plus(sum, product);
    });
    return this.bind(sum);
  }

  private plus(a: Value, b: Value): Value {
    const lanes: Width = a.lanes === 4 || b.lanes === 4 ? 4 : 1;
    const level = Math.max(a.level, b.level);
    return { code: this.added(this.splat(a, lanes), this.splat(b, lanes)), dtype: 'i32', lanes, level };
  }

  private write(expression: Expression): Value {
    switch (expression.kind) {
      case 'constant': {
        const { dtype, value } = expression;
        return { code: this.literal(dtype, value), dtype, lanes: 1, level: 0 };
      }
      case 'axis':
        return this.axis(expression.name);
      case 'load':
        return (
          this.registers.get(expression.source) ?? this.loaded(expression, this.typeOf(expression.source))
        );
      case 'cast': {
        const { dtype } = expression;
        const argument = this.emit(expression.argument);
        return this.bind({ ...argument, dtype, code: this.converted(argument, dtype) });
      }
      case 'call':
        return this.call(expression);
    }
  }

  private call(expression: Extract<Expression, { kind: 'call' }>): Value {
    if (expression.dtype === 'i32') {
      const { constant, terms } = affineOf(expression);
      const itself = terms.length === 1 && terms[0].term === expression;
      const start: Value = { code: this.literal('i32', constant), dtype: 'i32', lanes: 1, level: 0 };
      if (!itself) return this.sum(terms, 1, start);
    }
    const values = expression.arguments.map((argument) => this.emit(argument));
    const lanes: Width = values.some((value) => value.lanes === 4) ? 4 : 1;
    const level = Math.max(0, ...values.map((value) => value.level));
    const { dtype } = expression;
    return this.bind({ code: this.called(expression.name, values, dtype, lanes), dtype, lanes, level });
  }

  private axis(name: string): Value {
    const value = this.axes.get(name);
    if (!value) throw new Error(`The axis ${name} is not bound.`);
    return value;
  }

  private typeOf(source: number): TensorType {
    const type = this.types.get(source);
    if (!type) throw new Error(`The source %${source} has no type.`);
    return type;
  }
}
