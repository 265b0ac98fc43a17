import type { DType } from '../../../core/dtype.ts';
import { size } from '../../../core/shape.ts';
import type { TensorType } from '../../../core/tensor.ts';
import { affineOf, flatIndex, type Affine } from '../../../kernel/affine.ts';
import type { Expression } from '../../../kernel/expression.ts';
import { LANE } from '../../../kernel/rewrite.ts';
import { registerType, type Bindings, type Width } from './bindings.ts';
import { literal, writeCall, writeCast } from './intrinsics.ts';
import { Scope } from './scope.ts';

/** A value in registers: its code, its type, and the level of the outermost block that can compute it. */
export interface Value {
  readonly code: string;
  readonly dtype: DType;
  readonly lanes: Width;
  readonly level: number;
}

type Load = Extract<Expression, { kind: 'load' }>;

/** How a position is reached: one element, four neighbours at once, or four elements. */
type Access =
  | { readonly kind: 'scalar'; readonly at: Value }
  | { readonly kind: 'vector'; readonly at: Value }
  | { readonly kind: 'gather'; readonly at: readonly string[]; readonly level: number };

/** Writes scalar expressions as WGSL. An expression of the axis `lane` becomes a vector of its four values. */
export class Emitter {
  scope = new Scope();
  readonly bindings: Bindings;
  private readonly types: ReadonlyMap<number, TensorType>;
  private readonly axes = new Map<string, Value>([
    [LANE.name, { code: 'vec4<i32>(0, 1, 2, 3)', dtype: 'i32', lanes: 4, level: 0 }],
  ]);
  private readonly registers = new Map<number, Value>();
  private readonly known = new Map<Scope, Map<Expression, Value>>();
  private count = 0;

  constructor(bindings: Bindings, types: ReadonlyMap<number, TensorType>) {
    this.bindings = bindings;
    this.types = types;
  }

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

  /** Writes a nested block: `open`, what `body` writes, `}`. */
  block(open: string, body: () => void): void {
    const outer = this.scope;
    this.scope = new Scope(outer);
    body();
    const inner = this.scope;
    this.known.delete(inner);
    this.scope = outer;
    outer.lines.push(`${open} {`, ...inner.lines.map((line) => `  ${line}`), '}');
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
    if (value.lanes === lanes) return value;
    return { ...value, lanes, code: `${registerType(value.dtype, lanes)}(${value.code})` };
  }

  /** Writes `value` to `source` at a position that is contiguous in its lanes. */
  store(source: number, type: TensorType, at: Affine, value: Value): void {
    const stored = this.storable(value);
    if (value.lanes === 1) {
      this.line(`${this.bindings.variable(source, type, 1)}[${this.position(at, 1).code}] = ${stored};`);
      return;
    }
    const access = this.access(at, type);
    if (access.kind === 'vector') {
      this.line(`${this.bindings.variable(source, type, 4)}[${access.at.code}] = ${stored};`);
      return;
    }
    if (access.kind === 'scalar') throw new Error('A vector has four places to go to.');
    const variable = this.bindings.variable(source, type, 1);
    const name = this.bind({ ...value, code: stored, level: this.scope.level }).code;
    for (const [lane, position] of access.at.entries())
      this.line(`${variable}[${position}] = ${name}[${lane}];`);
  }

  bind(value: Value): Value {
    if (/^[\w.]+$/.test(value.code)) return value;
    return { ...value, code: this.scope.at(value.level).bind(value.code, this.fresh) };
  }

  private write(expression: Expression): Value {
    switch (expression.kind) {
      case 'constant':
        return {
          code: literal(expression.dtype, expression.value),
          dtype: expression.dtype,
          lanes: 1,
          level: 0,
        };
      case 'axis':
        return this.axis(expression.name);
      case 'load':
        return this.registers.get(expression.source) ?? this.load(expression);
      case 'cast': {
        const argument = this.emit(expression.argument);
        return this.bind({
          ...argument,
          dtype: expression.dtype,
          code: writeCast(argument, expression.dtype),
        });
      }
      case 'call':
        return this.call(expression);
    }
  }

  private call(expression: Extract<Expression, { kind: 'call' }>): Value {
    if (expression.dtype === 'i32') {
      const affine = affineOf(expression);
      const [only] = affine.terms;
      const itself = affine.terms.length === 1 && only.term === expression;
      if (!itself) return this.position(affine, 1);
    }
    const values = expression.arguments.map((argument) => this.emit(argument));
    const lanes: Width = values.some((value) => value.lanes === 4) ? 4 : 1;
    const level = Math.max(0, ...values.map((value) => value.level));
    const splatted = values.map((value) => this.splat(value, lanes));
    const { dtype } = expression;
    return this.bind({ code: writeCall(expression.name, splatted, dtype, lanes), dtype, lanes, level });
  }

  private axis(name: string): Value {
    const value = this.axes.get(name);
    if (!value) throw new Error(`The axis ${name} is not bound.`);
    return value;
  }

  private load(load: Load): Value {
    const type = this.types.get(load.source);
    if (!type) throw new Error(`The source %${load.source} has no type.`);
    const access = this.access(flatIndex(load.index, type.shape), type);
    switch (access.kind) {
      case 'scalar':
        return this.bind({
          ...this.element(load.source, type, access.at.code),
          lanes: 1,
          level: access.at.level,
        });
      case 'vector': {
        const { level } = access.at;
        const variable = this.bindings.variable(load.source, type, 4);
        const word = `${variable}[${access.at.code}]`;
        const code =
          type.dtype === 'u8'
            ? `unpack4xU8(${word})`
            : type.dtype === 'bool'
              ? `(${word} != vec4<u32>(0u))`
              : word;
        return this.bind({ code, dtype: type.dtype, lanes: 4, level });
      }
      case 'gather': {
        const parts = access.at.map((at) => this.element(load.source, type, at).code);
        const code = `${registerType(type.dtype, 4)}(${parts.join(', ')})`;
        return this.bind({ code, dtype: type.dtype, lanes: 4, level: access.level });
      }
    }
  }

  private element(source: number, type: TensorType, at: string): Omit<Value, 'level' | 'lanes'> {
    const variable = this.bindings.variable(source, type, 1);
    const { dtype } = type;
    if (dtype === 'u8')
      return { code: `((${variable}[(${at}) >> 2u] >> (u32((${at}) & 3) * 8u)) & 0xffu)`, dtype };
    if (dtype === 'bool') return { code: `(${variable}[${at}] != 0u)`, dtype };
    return { code: `${variable}[${at}]`, dtype };
  }

  private access(affine: Affine, type: TensorType): Access {
    const lane = affine.terms.find(({ term }) => term === LANE);
    const rest = { constant: affine.constant, terms: affine.terms.filter((term) => term !== lane) };
    if (rest.terms.some(({ term }) => this.emit(term).lanes === 4)) {
      const at = this.position(affine, 1);
      return { kind: 'gather', at: [0, 1, 2, 3].map((part) => `${at.code}[${part}]`), level: at.level };
    }
    if (!lane) return { kind: 'scalar', at: this.position(rest, 1) };
    const aligned = rest.constant % 4 === 0 && rest.terms.every(({ coefficient }) => coefficient % 4 === 0);
    if (lane.coefficient === 1 && aligned && size(type.shape) % 4 === 0) {
      return { kind: 'vector', at: this.position(rest, 4) };
    }
    const base = this.position(rest, 1);
    const at = [0, 1, 2, 3].map((part) => `${base.code} + ${part * lane.coefficient}`);
    return { kind: 'gather', at, level: base.level };
  }

  /** Code of an affine index divided by `by`, summed block by block from the outermost on. */
  private position(affine: Affine, by: number): Value {
    const parts = affine.terms
      .map(({ term, coefficient }) => ({ value: this.emit(term), coefficient: coefficient / by }))
      .sort((a, b) => a.value.level - b.value.level);
    let sum: Value = { code: `${affine.constant / by}`, dtype: 'i32', lanes: 1, level: 0 };
    parts.forEach(({ value, coefficient }, index) => {
      const product = scaled(value, coefficient);
      const previous = parts[index - 1]?.value;
      if (previous && previous.level < value.level) sum = this.bind(sum);
      sum = sum.code === '0' ? product : this.plus(sum, product);
    });
    return this.bind(sum);
  }

  private plus(a: Value, b: Value): Value {
    const lanes: Width = a.lanes === 4 || b.lanes === 4 ? 4 : 1;
    const level = Math.max(a.level, b.level);
    return {
      code: `${this.splat(a, lanes).code} + ${this.splat(b, lanes).code}`,
      dtype: 'i32',
      lanes,
      level,
    };
  }

  private storable(value: Value): string {
    if (value.dtype !== 'bool') return value.code;
    return value.lanes === 4
      ? `select(vec4<u32>(0u), vec4<u32>(1u), ${value.code})`
      : `select(0u, 1u, ${value.code})`;
  }
}

function scaled(value: Value, coefficient: number): Value {
  if (coefficient === 1) return value;
  return { ...value, code: `${value.code} * ${coefficient}` };
}
