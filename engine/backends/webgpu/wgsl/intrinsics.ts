import type { DType } from '../../../core/dtype.ts';
import type { Width } from '../../codegen/emitter.ts';
import { registerType } from './bindings.ts';

/** What is needed of an operand to write a call. */
interface Operand {
  readonly code: string;
  readonly dtype: DType;
  readonly lanes: Width;
}

type Template = (args: readonly string[], type: string, lanes: Width) => string;

const infix =
  (operator: string): Template =>
  ([a, b]) =>
    `(${a} ${operator} ${b})`;

const builtin =
  (name: string): Template =>
  (args) =>
    `${name}(${args.join(', ')})`;

/** The built-in function may drop a NaN that reaches a ReLU, and with it the sign that training has diverged. */
const extreme =
  (name: string, operator: string): Template =>
  ([a, b], type) =>
    type.includes('f32') ? `select(${a}, ${b}, ${b} ${operator} ${a})` : `${name}(${a}, ${b})`;

/** A function of HELPERS, which exists for scalars and vectors. */
const helper =
  (name: string): Template =>
  (args, _, lanes) =>
    `${name}${lanes}(${args.join(', ')})`;

/** Scalar functions of expressions in WGSL; all operands have the same number of lanes. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/'),
  mod: infix('%'),
  less: infix('<'),
  equal: infix('=='),
  and: infix('&'),
  or: infix('|'),
  not: ([a]) => `!${a}`,
  neg: ([a]) => `(-${a})`,
  select: ([condition, a, b]) => `select(${b}, ${a}, ${condition})`,
  abs: builtin('abs'),
  sign: builtin('sign'),
  floor: builtin('floor'),
  min: extreme('min', '<'),
  max: extreme('max', '>'),
  exp: builtin('exp'),
  log: builtin('log'),
  sqrt: builtin('sqrt'),
  rsqrt: builtin('inverseSqrt'),
  sin: helper('sin'),
  cos: helper('cos'),
  tanh: helper('tanh'),
  pow: builtin('pow'),
  erf: helper('erf'),
  random: helper('random'),
  sigmoid: helper('sigmoid'),
  'is-finite': helper('isFinite'),
  'half-bits': helper('halfBits'),
  'half-value': helper('halfValue'),
};

/** Code of a call. */
export function writeCall(name: string, args: readonly Operand[], dtype: DType, lanes: Width): string {
  const template = TEMPLATES[name];
  if (!template) throw new Error(`The scalar function "${name}" has no WGSL.`);
  return template(
    args.map(({ code }) => code),
    registerType(dtype, lanes),
    lanes,
  );
}

/** Code of a conversion. */
export function writeCast({ code, dtype: from, lanes }: Operand, to: DType): string {
  const zero = `${registerType(from, lanes)}()`;
  if (to === 'bool') return `(${code} != ${zero})`;
  return `${registerType(to, lanes)}(${code})`;
}

/** Code of a number. WGSL has no text for infinities and NaN, so they are written as bits. */
export function literal(dtype: DType, value: number): string {
  switch (dtype) {
    case 'bool':
      return value ? 'true' : 'false';
    case 'u8':
    case 'u32':
      return `${value}u`;
    case 'i32':
      return value === -2147483648 ? 'i32(-2147483648)' : `${value}`;
    case 'f32': {
      const single = Math.fround(value);
      if (!Number.isFinite(single)) throw new Error(`A kernel cannot hold the constant ${value}.`);
      const text = `${single}`;
      return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
    }
  }
}

/**
 * sin(x + quarters · π/2): r = x − n π/2 in three parts (Cody & Waite, 1980), then one of ± sin r, ± cos r by their series. WGSL promises
 * an error of 2⁻¹¹ only, and nothing beyond π.
 */
const sine = (quarters: number): string => `fn NAME(x: T) -> T {
  let n = round(x * T(0.63661975f));
  let r = ((x - n * T(1.5703125f)) - n * T(0.000483751297f)) - n * T(7.54978995e-08f);
  let z = r * r;
  let s = r + r * z * (T(-0.16666667f) + z * (T(0.0083333333f) + z * (T(-0.00019841270f) + z * T(2.7557319e-06f))));
  let c = T(1.0f) + z * (T(-0.5f) + z * (T(0.041666667f) + z * (T(-0.0013888889f) + z * T(2.4801587e-05f))));
  let quarter = bitcast<U>(I(n)) + U(${quarters}u);
  let size = select(s, c, (quarter & U(1u)) == U(1u));
  return bitcast<T>(bitcast<U>(size) ^ ((quarter & U(2u)) << U(30u)));
}`;

/** Functions that kernels call, by name: they are added where they are used. `T`, `U` and `I` are f32, u32 and i32 types. */
const HELPERS: Readonly<Record<string, string>> = {
  /**
   * 1 − 2 / (e^2x + 1) loses all digits near 0, where the odd series x − x³/3 + 2x⁵/15 is exact to f32. It is 1 from 10
   * on, and e^2x must not overflow: WGSL leaves open what infinities do. A NaN takes the way of the series.
   */
  tanh: `fn NAME(x: T) -> T {
  let far = T(1.0f) - T(2.0f) / (exp(T(2.0f) * min(abs(x), T(10.0f))) + T(1.0f));
  let s = x * x;
  let near = x * (T(1.0f) + s * (T(-0.33333334f) + s * (T(0.13333334f) + s * T(-0.053968254f))));
  return select(near, sign(x) * far, abs(x) >= T(0.2f));
}`,
  /**
   * Chebyshev fits of our own: erf(√s) / √s on [0, 1] and ln erfc(x) on [1, 4], beyond which erf is 1 in f32. At most
   * three units in the last place from erf (DLMF 7.2.1).
   */
  erf: `fn NAME(x: T) -> T {
  let s = x * x;
  let near = x * (T(1.12837911f) + s * (T(-0.37612626f) + s * (T(0.112835974f) + s * (T(-0.0268543288f) + s * (T(0.00518931216f) + s * (T(-0.000801885501f) + s * T(7.88249745e-05f)))))));
  let a = min(abs(x), T(4.0f));
  let far = T(1.0f) - exp(T(0.00030321299f) + a * (T(-1.13016665f) + a * (T(-0.631937087f) + a * (T(-0.109978244f) + a * (T(0.0263647176f) + a * (T(-0.00474022236f) + a * (T(0.000592769531f) + a * (T(-4.55906229e-05f) + a * T(1.6140616e-06f)))))))));
  return select(near, sign(x) * far, abs(x) >= T(1.0f));
}`,
  sin: sine(0),
  cos: sine(1),
  /** e^−|x| never overflows: for x < 0, 1 / (1 + e^−x) = e^x / (e^x + 1). The exponential drops a NaN on some devices. */
  sigmoid: `fn NAME(x: T) -> T {
  let e = exp(-abs(x));
  let y = select(T(1.0f), e, x < T(0.0f)) / (T(1.0f) + e);
  return select(y, x, (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u));
}`,
  isFinite: `fn NAME(x: T) -> B {
  return (bitcast<U>(x) & U(0x7f800000u)) != U(0x7f800000u);
}`,
  /** As in the processor's functions, where the source is named. */
  halfBits: `fn NAME(x: T) -> U {
  let bits = bitcast<U>(clamp(x, T(-65504.0f), T(65504.0f)));
  let size = bits & U(0x7fffffffu);
  let small = bitcast<U>(bitcast<T>(size) + T(0.5f)) - U(0x3f000000u);
  let large = (size + U(0xc8000fffu) + ((size >> U(13u)) & U(1u))) >> U(13u);
  return select(large, small, size < U(0x38800000u)) | ((bits >> U(16u)) & U(0x8000u));
}`,
  halfValue: `fn NAME(word: U, odd: U) -> T {
  let half = select(word & U(0xffffu), word >> U(16u), odd == U(1u));
  let bits = (half & U(0x7fffu)) << U(13u);
  let small = bitcast<T>(bits + U(0x38800000u)) - T(6.103515625e-05f);
  let size = select(bitcast<T>(bits + U(0x38000000u)), small, bits < U(0x800000u));
  return bitcast<T>(bitcast<U>(size) | ((half & U(0x8000u)) << U(16u)));
}`,
  /** pcg4d of (index, step, stream, seed), first word: the same bits as engine/core/random.ts. */
  random: `fn NAME(index: U, step: U, stream: U, seed: U) -> T {
  var a = index * U(1664525u) + U(1013904223u);
  var b = step * U(1664525u) + U(1013904223u);
  var c = stream * U(1664525u) + U(1013904223u);
  var d = seed * U(1664525u) + U(1013904223u);
  a += b * d; b += c * a; c += a * b; d += b * c;
  a ^= a >> U(16u); b ^= b >> U(16u); c ^= c >> U(16u); d ^= d >> U(16u);
  a += b * d;
  return T(a >> U(8u)) * T(5.9604644775390625e-8f);
}`,
};

/** Declarations of the helpers that some code calls. */
export function helpersFor(code: readonly string[]): string[] {
  const text = code.join('\n');
  return Object.entries(HELPERS).flatMap(([name, body]) =>
    ([1, 4] as const)
      .filter((lanes) => text.includes(`${name}${lanes}(`))
      .map((lanes) =>
        body
          .replaceAll('NAME', `${name}${lanes}`)
          .replaceAll(/\b([TUIB])\b/g, (type) => registerType(HELPER_TYPES[type], lanes)),
      ),
  );
}

const HELPER_TYPES: Readonly<Record<string, DType>> = { T: 'f32', U: 'u32', I: 'i32', B: 'bool' };
