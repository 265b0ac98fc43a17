import { BYTES, type DType } from '../../../core/dtype.ts';
import { size } from '../../../core/shape.ts';
import type { TensorType } from '../../../core/tensor.ts';
import { affineOf, affineRange, flatIndex, type Affine } from '../../../kernel/affine.ts';
import type { Expression } from '../../../kernel/expression.ts';
import type { Load } from '../../../kernel/inspect.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { LANE } from '../../../kernel/rewrite.ts';
import { Emitter, type Value, type Width } from '../../codegen/emitter.ts';
import { gathered, laneOperand, memory, vectorAt, type Place } from './memory.ts';
import { literal, takesSingle, writeCall, writeCast, writeSplat } from './intrinsics.ts';

const LANES = [0, 1, 2, 3] as const;

/** The smallest normal f32. */
const SMALLEST = 1.1754943508222875e-38;

/** How a position is reached: one element, four neighbours at once, or four elements at byte addresses. */
type Access =
  | ({ readonly kind: 'scalar' } & Place)
  | ({ readonly kind: 'vector' } & Place)
  | { readonly kind: 'gather'; readonly at: readonly string[]; readonly level: number };

export const get = (name: string): string => `(local.get $${name})`;
export const set = (name: string, code: string): string => `(local.set $${name} ${code})`;
export const int = (value: number): string => `(i32.const ${value})`;

/** Writes scalar expressions as WebAssembly text, in folded form. */
export class WatEmitter extends Emitter {
  /** Bytes before and behind a buffer that a kernel may read, though it makes no use of what it finds there. */
  reach = 0;
  private readonly locals = new Map<string, string>();
  private readonly pointers = new Map<number, string>();
  private readonly sameBuffer: ReadonlyMap<number, number>;

  constructor(types: ReadonlyMap<number, TensorType>, sameBuffer: ReadonlyMap<number, number>) {
    super(types, '(v128.const i32x4 0 1 2 3)');
    this.sameBuffer = sameBuffer;
  }

  static for({ stores, sources }: Kernel): WatEmitter {
    const written = stores.map(({ value, type }) => [value, type] as const);
    const shared = stores.flatMap(({ value, overwrites }): [number, number][] =>
      overwrites === undefined ? [] : [[overwrites, value]],
    );
    return new WatEmitter(new Map([...sources, ...written]), new Map(shared));
  }

  /** Sources in the order of the function's parameters. */
  get sources(): number[] {
    return [...this.pointers.keys()];
  }

  get declarations(): string[] {
    const parameters = [...this.pointers.values()].map((name) => `(param $${name} i32)`);
    return [...parameters, ...[...this.locals].map(([name, type]) => `(local $${name} ${type})`)];
  }

  /** A local of the function. */
  local(name: string, type: 'i32' | 'f32' | 'v128'): string {
    this.locals.set(name, type);
    return name;
  }

  /** A value computed at this very place, because what it depends on changes. */
  here(value: Value): Value {
    const name = this.fresh();
    this.line(this.assignment(name, value));
    return { ...value, code: this.reference(name), level: this.scope.level };
  }

  /** Keeps f32 values in the thread's own memory: `number` counts elements from `start`, in bytes. */
  storeScratch(number: Expression, start: number, value: Value): void {
    const place = this.scratch(number, start);
    this.line(`(${value.lanes === 4 ? 'v128' : 'f32'}.store ${memory(place)} ${value.code})`);
  }

  loadScratch(number: Expression, start: number, lanes: Width): Value {
    const place = this.scratch(number, start);
    const code = `(${lanes === 4 ? 'v128' : 'f32'}.load ${memory(place)})`;
    return this.here({ code, dtype: 'f32', lanes, level: 0 });
  }

  override literal(dtype: DType, value: number): string {
    return literal(dtype, value);
  }

  /** A loop over an axis; `body` sees it bound. The bounds are code; an empty range is skipped. */
  range(name: string, from: string, to: string, body: () => void): void {
    const counter = this.local(`${name}_${this.fresh()}`, 'i32');
    this.line(set(counter, from));
    this.when(`(i32.lt_s ${get(counter)} ${to})`, () => this.repeat(counter, name, to, body));
  }

  /** A loop over 0 ≤ axis < extent. */
  loop({ name, extent }: { readonly name: string; readonly extent: number }, body: () => void): void {
    if (extent === 1) {
      this.bindAxis(name, int(0));
      return body();
    }
    const counter = this.local(`${name}_${this.fresh()}`, 'i32');
    this.line(set(counter, int(0)));
    this.repeat(counter, name, int(extent), body);
  }

  /** Nested loops, the first outermost. */
  loops(loops: readonly { readonly name: string; readonly extent: number }[], body: () => void): void {
    const [first, ...inner] = loops;
    if (first) this.loop(first, () => this.loops(inner, body));
    else body();
  }

  when(condition: string, body: () => void): void {
    this.block(`(if ${condition} (then`, body, '))');
  }

  override splat(value: Value, lanes: Width): Value {
    return value.lanes === lanes ? value : this.bind(super.splat(value, lanes));
  }

  /** Byte address of a position, and the constant part of it that instructions take by themselves. */
  address(source: number, type: TensorType, { constant, terms }: Affine): Place {
    const bytes = BYTES[type.dtype];
    const offset = Math.max(0, constant) * bytes;
    const start = this.pointer(source);
    const rest = constant * bytes - offset;
    const scaled = terms.map(({ term, coefficient }) => ({ term, coefficient: coefficient * bytes }));
    const code = rest === 0 ? start : `(i32.add ${start} ${int(rest)})`;
    return { at: this.sum(scaled, 1, { code, dtype: 'i32', lanes: 1, level: 0 }), offset };
  }

  /** Makes room for reads at a position, as far as its ranges tell; false where they tell nothing. */
  reserve({ constant, terms }: Affine, { dtype, shape }: TensorType): boolean {
    const low = affineRange({ constant: Math.min(0, constant), terms }).min;
    const high = affineRange({ constant: Math.max(0, constant), terms }).max;
    if (!Number.isFinite(low) || !Number.isFinite(high)) return false;
    this.reach = Math.max(this.reach, BYTES[dtype] * Math.max(-low, high + 1 - size(shape), 0));
    return true;
  }

  override store(source: number, type: TensorType, at: Affine, value: Value): void {
    if (type.dtype === 'u8') throw new Error('No kernel writes bytes.');
    const access = this.access(source, at, type);
    const stored = this.storable(value);
    if (access.kind === 'scalar') {
      const prefix = value.dtype === 'f32' ? 'f32' : 'i32';
      this.line(`(${prefix}.store ${memory(access)} ${stored})`);
    } else if (access.kind === 'vector') {
      this.line(`(v128.store ${memory(access)} ${stored})`);
    } else {
      const vector = this.bind({ ...value, code: stored, level: this.scope.level }).code;
      for (const lane of LANES)
        this.line(`(v128.store32_lane ${laneOperand(access.at[lane], lane)} ${vector})`);
    }
  }

  /**
   * What is written of a value. Numbers too small for a normal one become 0, as on graphics cards: whoever computes with them takes a
   * hundred times as long, and fading gradients and moments are full of them.
   */
  private storable(value: Value): string {
    const { code, dtype, lanes } = value;
    if (dtype === 'bool') return lanes === 4 ? writeCast(value, 'u32') : code;
    if (dtype !== 'f32') return code;
    const kept = this.bind(value);
    const size = { ...kept, code: writeCall('abs', [kept], dtype, lanes) };
    const smallest = this.splat({ code: literal(dtype, SMALLEST), dtype, lanes: 1, level: 0 }, lanes);
    const tiny = writeCall('less', [size, smallest], dtype, lanes);
    return lanes === 4 ? `(v128.andnot ${kept.code} ${tiny})` : `(select (f32.const 0) ${kept.code} ${tiny})`;
  }

  override called(name: string, operands: readonly Value[], dtype: DType, lanes: Width): string {
    const [condition, a, b] = operands;
    if (name === 'select') {
      const [yes, no] = [a, b].map((value) => this.splat(value, lanes).code);
      return condition.lanes === 4
        ? `(v128.bitselect ${yes} ${no} ${condition.code})`
        : `(select ${yes} ${no} ${condition.code})`;
    }
    const values = operands.map((value, at) =>
      value.lanes === 1 && takesSingle(name, at) ? value : this.splat(value, lanes),
    );
    return writeCall(name, values, dtype, lanes);
  }

  override converted(value: Value, dtype: DType): string {
    return writeCast(value, dtype);
  }

  protected override repeated(value: Value): string {
    return writeSplat(value);
  }

  protected override assignment(name: string, { code, dtype, lanes }: Value): string {
    this.local(name, lanes === 4 ? 'v128' : dtype === 'f32' ? 'f32' : 'i32');
    return set(name, code);
  }

  protected override reference(name: string): string {
    return get(name);
  }

  protected override isReference(code: string): boolean {
    return /^\((local\.get|i32\.const|f32\.const) [^()]*\)$/.test(code);
  }

  protected override product({ code, lanes }: Value, coefficient: number): string {
    return lanes === 4
      ? `(i32x4.mul ${code} (i32x4.splat ${int(coefficient)}))`
      : `(i32.mul ${code} ${int(coefficient)})`;
  }

  protected override added(a: Value, b: Value): string {
    return `(${a.lanes === 4 ? 'i32x4' : 'i32'}.add ${a.code} ${b.code})`;
  }

  protected override loaded(load: Load, type: TensorType): Value {
    const { dtype } = type;
    const access = this.access(load.source, flatIndex(load.index, type.shape), type);
    switch (access.kind) {
      case 'scalar': {
        const name = dtype === 'f32' ? 'f32.load' : dtype === 'u8' ? 'i32.load8_u' : 'i32.load';
        return this.bind({ code: `(${name} ${memory(access)})`, dtype, lanes: 1, level: access.at.level });
      }
      case 'vector':
        return this.bind({ code: vectorAt(memory(access), dtype), dtype, lanes: 4, level: access.at.level });
      case 'gather':
        return this.bind({ code: gathered(access.at, dtype), dtype, lanes: 4, level: access.level });
    }
  }

  private scratch(number: Expression, start: number): Place {
    const { constant, terms } = affineOf(number);
    const scaled = terms
      .filter(({ term }) => term !== LANE)
      .map(({ term, coefficient }) => ({ term, coefficient: coefficient * BYTES.f32 }));
    const base: Value = { code: get('scratch'), dtype: 'i32', lanes: 1, level: 0 };
    return { at: this.sum(scaled, 1, base), offset: start + constant * BYTES.f32 };
  }

  private repeat(counter: string, name: string, to: string, body: () => void): void {
    const label = `loop_${counter}`;
    this.block(
      `(loop $${label}`,
      () => {
        this.bindAxis(name, get(counter));
        body();
        this.line(set(counter, `(i32.add ${get(counter)} ${int(1)})`));
        this.line(`(br_if $${label} (i32.lt_s ${get(counter)} ${to}))`);
      },
      ')',
    );
  }

  private pointer(source: number): string {
    const owner = this.sameBuffer.get(source) ?? source;
    let name = this.pointers.get(owner);
    if (!name) this.pointers.set(owner, (name = `p${this.pointers.size}`));
    return get(name);
  }

  private access(source: number, affine: Affine, type: TensorType): Access {
    const lane = affine.terms.find(({ term }) => term === LANE);
    const rest = { constant: affine.constant, terms: affine.terms.filter((term) => term !== lane) };
    const scattered = rest.terms.some(({ term }) => this.emit(term).lanes === 4);
    const known = this.reserve(affine, type);
    if (scattered || !known) return this.clamped(source, affine, type);
    const step = lane?.coefficient ?? 0;
    // Instructions add no negative numbers: counted from the lowest of the four.
    const lowest = Math.min(0, 3 * step);
    const { at, offset } = this.address(source, type, { ...rest, constant: rest.constant + lowest });
    if (!lane) return { kind: 'scalar', at, offset };
    if (step === 1) return { kind: 'vector', at, offset };
    const bytes = BYTES[type.dtype];
    const places = LANES.map((part) => memory({ at, offset: offset + (part * step - lowest) * bytes }));
    return { kind: 'gather', at: places, level: at.level };
  }

  /** A position that depends on what was read, or differs from lane to lane in no regular way: kept inside the buffer. */
  private clamped(source: number, { constant, terms }: Affine, { dtype, shape }: TensorType): Access {
    const lane = terms.find(({ term }) => term === LANE);
    const others = terms.filter((term) => term !== lane);
    const neighbours = lane?.coefficient === 1 && others.every(({ term }) => this.emit(term).lanes === 1);
    const start: Value = { code: literal('i32', constant), dtype: 'i32', lanes: 1, level: 0 };
    const index = this.sum(neighbours ? others : terms, 1, start);
    const bytes = BYTES[dtype];
    // Of four neighbours some may lie outside, where nobody makes use of them; the others must stay in their lanes.
    const over = neighbours ? LANES.length - 1 : 0;
    this.reach = Math.max(this.reach, over * bytes);
    const bounded = this.within(index, -over, size(shape) - 1);
    const place = (at: string): string => `(i32.add ${this.pointer(source)} (i32.mul ${at} ${int(bytes)}))`;
    if (bounded.lanes === 1) {
      const at = this.bind({ ...bounded, code: place(bounded.code) });
      return { kind: neighbours ? 'vector' : 'scalar', at, offset: 0 };
    }
    const places = LANES.map((part) => place(`(i32x4.extract_lane ${part} ${bounded.code})`));
    return { kind: 'gather', at: places, level: bounded.level };
  }

  /** A whole number kept in 0 … last. */
  private within(index: Value, first: number, last: number): Value {
    const bound = (value: number): Value =>
      this.splat({ code: int(value), dtype: 'i32', lanes: 1, level: 0 }, index.lanes);
    const above = this.bind({ ...index, code: writeCall('max', [index, bound(first)], 'i32', index.lanes) });
    return this.bind({ ...index, code: writeCall('min', [above, bound(last)], 'i32', index.lanes) });
  }
}
