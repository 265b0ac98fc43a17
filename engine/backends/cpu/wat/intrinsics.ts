import type { DType } from '../../../core/dtype.ts';
import type { Value, Width } from '../../codegen/emitter.ts';
import { FUNCTIONS } from './functions.ts';

/** Scalar functions of expressions as WebAssembly text. Truth is 0 or 1 in a scalar, and all bits of a vector's lane. */

type Template = (operands: readonly string[], dtype: DType) => string;

interface Intrinsic {
  /** By the type of the operands; `u32` stands for `u8` too, and `i32` for what does not tell signs apart. */
  readonly scalar: Template;
  readonly vector: Template;
  /** The operand that a vector form takes as a single number, where it is one. */
  readonly single?: number;
}

const instruction =
  (name: string): Template =>
  (operands) =>
    `(${name} ${operands.join(' ')})`;

const signed = (dtype: DType): string => (dtype === 'i32' ? 's' : 'u');

/** The same instruction for numbers of every type; `integer` where it has another name for whole ones. */
function arithmetic(real: string, integer: string): Intrinsic {
  return {
    scalar: (operands, dtype) =>
      dtype === 'f32'
        ? instruction(`f32.${real}`)(operands, dtype)
        : instruction(`i32.${integer}`)(operands, dtype),
    vector: (operands, dtype) =>
      dtype === 'f32'
        ? instruction(`f32x4.${real}`)(operands, dtype)
        : instruction(`i32x4.${integer}`)(operands, dtype),
  };
}

/** Whole numbers have no vector division: lane by lane. */
function division(real: string | undefined, integer: string): Intrinsic {
  const scalar: Template = (operands, dtype) =>
    instruction(dtype === 'f32' ? `f32.${real}` : `i32.${integer}_${signed(dtype)}`)(operands, dtype);
  return {
    scalar,
    vector: ([a, b], dtype) => {
      if (dtype === 'f32') return `(f32x4.${real} ${a} ${b})`;
      const lane = (at: number): string =>
        scalar([`(i32x4.extract_lane ${at} ${a})`, `(i32x4.extract_lane ${at} ${b})`], dtype);
      return [1, 2, 3].reduce(
        (vector, at) => `(i32x4.replace_lane ${at} ${vector} ${lane(at)})`,
        `(i32x4.splat ${lane(0)})`,
      );
    },
  };
}

/** The larger or smaller of two; the second is taken where it is beyond the first, so a NaN in the first stays. */
function extreme(comparison: 'lt' | 'gt', real: string, integer: string): Intrinsic {
  return {
    scalar: ([a, b], dtype) =>
      dtype === 'f32'
        ? `(select ${b} ${a} (f32.${comparison} ${b} ${a}))`
        : `(select ${b} ${a} (i32.${comparison}_${signed(dtype)} ${b} ${a}))`,
    vector: ([a, b], dtype) =>
      dtype === 'f32' ? `(f32x4.${real} ${a} ${b})` : `(i32x4.${integer}_${signed(dtype)} ${a} ${b})`,
  };
}

/** By one number of bits for all lanes. */
const shift = (direction: string): Intrinsic => ({
  scalar: instruction(`i32.${direction}`),
  vector: instruction(`i32x4.${direction}`),
  single: 1,
});

const real = (name: string): Intrinsic => arithmetic(name, name);
const EXPONENT = '0x7f800000';

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  add: arithmetic('add', 'add'),
  sub: arithmetic('sub', 'sub'),
  mul: arithmetic('mul', 'mul'),
  /** a · b + c of real numbers, rounded once where the processor can. */
  madd: {
    scalar: ([a, b, c]) => `(f32.add (f32.mul ${a} ${b}) ${c})`,
    vector: instruction('f32x4.relaxed_madd'),
  },
  div: division('div', 'div'),
  mod: division(undefined, 'rem'),
  less: {
    scalar: ([a, b], dtype) =>
      dtype === 'f32' ? `(f32.lt ${a} ${b})` : `(i32.lt_${signed(dtype)} ${a} ${b})`,
    vector: ([a, b], dtype) =>
      dtype === 'f32' ? `(f32x4.lt ${a} ${b})` : `(i32x4.lt_${signed(dtype)} ${a} ${b})`,
  },
  equal: arithmetic('eq', 'eq'),
  and: { scalar: instruction('i32.and'), vector: instruction('v128.and') },
  or: { scalar: instruction('i32.or'), vector: instruction('v128.or') },
  xor: { scalar: instruction('i32.xor'), vector: instruction('v128.xor') },
  not: { scalar: instruction('i32.eqz'), vector: instruction('v128.not') },
  neg: {
    scalar: ([a], dtype) => (dtype === 'f32' ? `(f32.neg ${a})` : `(i32.sub (i32.const 0) ${a})`),
    vector: ([a], dtype) => (dtype === 'f32' ? `(f32x4.neg ${a})` : `(i32x4.neg ${a})`),
  },
  abs: {
    scalar: ([a], dtype) =>
      dtype === 'f32' ? `(f32.abs ${a})` : laneOf(`(i32x4.abs (i32x4.splat ${a}))`, 'i32'),
    vector: ([a], dtype) => (dtype === 'f32' ? `(f32x4.abs ${a})` : `(i32x4.abs ${a})`),
  },
  floor: real('floor'),
  nearest: real('nearest'),
  sqrt: real('sqrt'),
  rsqrt: {
    scalar: ([a]) => `(f32.div (f32.const 1) (f32.sqrt ${a}))`,
    vector: ([a]) => `(f32x4.div (v128.const f32x4 1 1 1 1) (f32x4.sqrt ${a}))`,
  },
  min: extreme('lt', 'pmin', 'min'),
  max: extreme('gt', 'pmax', 'max'),
  'is-finite': {
    scalar: ([a]) =>
      `(i32.ne (i32.and (i32.reinterpret_f32 ${a}) (i32.const ${EXPONENT})) (i32.const ${EXPONENT}))`,
    vector: ([a]) => {
      const exponent = `(v128.const i32x4 ${EXPONENT} ${EXPONENT} ${EXPONENT} ${EXPONENT})`;
      return `(i32x4.ne (v128.and ${a} ${exponent}) ${exponent})`;
    },
  },
  bits: { scalar: instruction('i32.reinterpret_f32'), vector: ([a]) => a },
  'from-bits': { scalar: instruction('f32.reinterpret_i32'), vector: ([a]) => a },
  'shift-left': shift('shl'),
  'shift-right': shift('shr_u'),
  'shift-right-signed': shift('shr_s'),
};

/** Whether an operand of a call may be one number among vectors. */
export function takesSingle(name: string, operand: number): boolean {
  return INTRINSICS[name]?.single === operand;
}

/** Code of a call; all operands have `lanes` lanes, or are single. The type of the first operand decides. */
export function writeCall(name: string, operands: readonly Value[], dtype: DType, lanes: Width): string {
  const codes = operands.map(({ code }) => code);
  const intrinsic = INTRINSICS[name];
  if (intrinsic) return (lanes === 4 ? intrinsic.vector : intrinsic.scalar)(codes, operands[0].dtype);
  if (!FUNCTIONS[name]) throw new Error(`The scalar function "${name}" has no WebAssembly.`);
  const vectors = lanes === 4 ? codes : operands.map(writeSplat);
  const called = `(call $${name} ${vectors.join(' ')})`;
  return lanes === 4 ? called : laneOf(called, dtype);
}

const laneOf = (vector: string, dtype: DType): string =>
  dtype === 'f32' ? `(f32x4.extract_lane 0 ${vector})` : `(i32x4.extract_lane 0 ${vector})`;

/** One number in all lanes. */
export function writeSplat({ code, dtype }: Pick<Value, 'code' | 'dtype'>): string {
  if (dtype === 'f32') return `(f32x4.splat ${code})`;
  return dtype === 'bool' ? `(i32x4.splat (i32.sub (i32.const 0) ${code}))` : `(i32x4.splat ${code})`;
}

const ONES = '(v128.const i32x4 1 1 1 1)';

/** Code of a conversion. */
export function writeCast({ code, dtype: from, lanes }: Value, to: DType): string {
  const vector = lanes === 4;
  if (from === to) return code;
  if (to === 'f32') return castToReal(code, from, vector);
  if (from === 'f32') {
    if (to === 'bool')
      return vector ? `(f32x4.ne ${code} (v128.const f32x4 0 0 0 0))` : `(f32.ne ${code} (f32.const 0))`;
    const name = `trunc_sat_${vector ? 'f32x4' : 'f32'}_${signed(to)}`;
    return `(${vector ? 'i32x4' : 'i32'}.${name} ${code})`;
  }
  if (to === 'bool')
    return vector ? `(i32x4.ne ${code} (v128.const i32x4 0 0 0 0))` : `(i32.ne ${code} (i32.const 0))`;
  if (from === 'bool') return vector ? `(v128.and ${code} ${ONES})` : code;
  return code;
}

function castToReal(code: string, from: DType, vector: boolean): string {
  if (vector && from === 'bool') return `(v128.and ${code} (v128.const f32x4 1 1 1 1))`;
  return vector
    ? `(f32x4.convert_i32x4_${signed(from)} ${code})`
    : `(f32.convert_i32_${signed(from)} ${code})`;
}

/** Code of a number. */
export function literal(dtype: DType, value: number): string {
  if (dtype !== 'f32') return `(i32.const ${Number(value)})`;
  const single = Math.fround(value);
  const text = Number.isNaN(single) ? 'nan' : `${single}`.replace('Infinity', 'inf');
  return `(f32.const ${Object.is(single, -0) ? '-0' : text})`;
}
