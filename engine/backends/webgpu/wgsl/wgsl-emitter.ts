import type { DType } from '../../../core/dtype.ts';
import { size } from '../../../core/shape.ts';
import type { TensorType } from '../../../core/tensor.ts';
import { affineRange, flatIndex, type Affine } from '../../../kernel/affine.ts';
import type { Load } from '../../../kernel/inspect.ts';
import { LANE } from '../../../kernel/rewrite.ts';
import { Emitter, type Value, type Width } from '../../codegen/emitter.ts';
import { registerType, type Bindings } from './bindings.ts';
import { literal, writeCall, writeCast } from './intrinsics.ts';

/** How a position is reached: one element, four neighbours at once, or four elements. */
type Access =
  | { readonly kind: 'scalar'; readonly at: Value }
  | { readonly kind: 'vector'; readonly at: Value }
  | { readonly kind: 'gather'; readonly at: readonly string[]; readonly level: number };

/** Writes scalar expressions as WGSL. */
export class WgslEmitter extends Emitter {
  readonly bindings: Bindings;

  constructor(bindings: Bindings, types: ReadonlyMap<number, TensorType>) {
    super(types, 'vec4<i32>(0, 1, 2, 3)');
    this.bindings = bindings;
  }

  override literal(dtype: DType, value: number): string {
    return literal(dtype, value);
  }

  override store(source: number, type: TensorType, at: Affine, value: Value): void {
    if (!isInside(at, type)) throw new Error(`A store to %${source} may reach beyond its buffer.`);
    const stored = storable(value);
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

  override called(name: string, operands: readonly Value[], dtype: DType, lanes: Width): string {
    const values = operands.map((operand) => this.splat(operand, lanes));
    return writeCall(name, values, dtype, lanes);
  }

  override converted(value: Value, dtype: DType): string {
    return writeCast(value, dtype);
  }

  protected override repeated({ code, dtype }: Value): string {
    return `${registerType(dtype, 4)}(${code})`;
  }

  protected override assignment(name: string, { code }: Value): string {
    return `let ${name} = ${code};`;
  }

  protected override reference(name: string): string {
    return name;
  }

  protected override isReference(code: string): boolean {
    return /^[\w.]+$/.test(code);
  }

  protected override product({ code }: Value, coefficient: number): string {
    return `${code} * ${coefficient}`;
  }

  protected override added(a: Value, b: Value): string {
    return `${a.code} + ${b.code}`;
  }

  protected override loaded(load: Load, type: TensorType): Value {
    const access = this.reading(load.source, type, this.access(flatIndex(load.index, type.shape), type));
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

  /** The same access, by element where the source cannot be bound by vector any more. */
  private reading(source: number, { dtype }: TensorType, access: Access): Access {
    if (access.kind !== 'vector' || dtype === 'u8' || this.bindings.width(source, 4) === 4) return access;
    const { code, level } = access.at;
    return { kind: 'gather', at: [0, 1, 2, 3].map((part) => `${code} * 4 + ${part}`), level };
  }

  private element(source: number, type: TensorType, at: string): Omit<Value, 'level' | 'lanes'> {
    const { dtype } = type;
    const width = dtype === 'u8' ? 1 : this.bindings.width(source, 1);
    const variable = this.bindings.variable(source, type, width);
    if (width === 4) {
      const code = `${variable}[(${at}) >> 2u][(${at}) & 3]`;
      return { code: dtype === 'bool' ? `(${code} != 0u)` : code, dtype };
    }
    if (dtype === 'u8')
      return { code: `((${variable}[(${at}) >> 2u] >> (u32((${at}) & 3) * 8u)) & 0xffu)`, dtype };
    if (dtype === 'bool') return { code: `(${variable}[${at}] != 0u)`, dtype };
    return { code: `${variable}[${at}]`, dtype };
  }

  /** How a load or store reaches its elements. A position that could lie outside of the buffer is moved to its edge. */
  private access(affine: Affine, type: TensorType): Access {
    const length = size(type.shape);
    const safe = isInside(affine, type);
    const lane = affine.terms.find(({ term }) => term === LANE);
    const rest = { constant: affine.constant, terms: affine.terms.filter((term) => term !== lane) };
    const at = (position: Affine, by: 1 | 4): Value =>
      safe ? this.position(position, by) : this.clamped(this.position(position, by), length / by);
    const scattered = rest.terms.some(({ term }) => this.emit(term).lanes === 4);
    if (!lane && !scattered) return { kind: 'scalar', at: at(rest, 1) };
    const aligned = rest.constant % 4 === 0 && rest.terms.every(({ coefficient }) => coefficient % 4 === 0);
    if (!scattered && lane?.coefficient === 1 && aligned && length % 4 === 0)
      return { kind: 'vector', at: at(rest, 4) };
    if (scattered || !lane || !safe) {
      const { code, level } = at(affine, 1);
      return { kind: 'gather', at: [0, 1, 2, 3].map((part) => `${code}[${part}]`), level };
    }
    const base = this.position(rest, 1);
    const parts = [0, 1, 2, 3].map((part) => `${base.code} + ${part * lane.coefficient}`);
    return { kind: 'gather', at: parts, level: base.level };
  }

  private clamped(at: Value, length: number): Value {
    const bounds = [0, length - 1].map((bound) => `${registerType('i32', at.lanes)}(${bound})`);
    return this.bind({ ...at, code: `clamp(${at.code}, ${bounds.join(', ')})` });
  }

  /** An affine index divided by `by`. The constant comes last, so that neighbours share the rest. */
  private position({ constant, terms }: Affine, by: number): Value {
    const start: Value = { code: literal('i32', 0), dtype: 'i32', lanes: 1, level: 0 };
    if (terms.length === 0) return { ...start, code: literal('i32', constant / by) };
    const sum = this.sum(terms, by, start);
    return constant === 0 ? sum : this.bind({ ...sum, code: `${sum.code} + ${constant / by}` });
  }
}

/** Whether a position is certain to lie in a buffer. */
function isInside(position: Affine, { shape }: TensorType): boolean {
  const { min, max } = affineRange(position);
  return min >= 0 && max < size(shape);
}

function storable(value: Value): string {
  if (value.dtype !== 'bool') return value.code;
  return value.lanes === 4
    ? `select(vec4<u32>(0u), vec4<u32>(1u), ${value.code})`
    : `select(0u, 1u, ${value.code})`;
}
