import type { DType } from '../../../core/dtype.ts';
import { registerType, type Width } from './bindings.ts';

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
  min: builtin('min'),
  max: builtin('max'),
  exp: builtin('exp'),
  log: builtin('log'),
  sqrt: builtin('sqrt'),
  rsqrt: builtin('inverseSqrt'),
  sin: builtin('sin'),
  cos: builtin('cos'),
  tanh: helper('tanh'),
  pow: builtin('pow'),
  erf: helper('erf'),
  random: helper('random'),
  sigmoid: ([a], type) => `(${type}(1.0) / (${type}(1.0) + exp(-${a})))`,
  'is-finite': helper('isFinite'),
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

/** Functions that kernels call, by name: they are added where they are used. `T` and `U` are f32 and u32 types. */
const HELPERS: Readonly<Record<string, string>> = {
  /** 1 − 2 / (e^2x + 1) loses all digits near 0, where the odd series x − x³/3 + 2x⁵/15 is exact to f32. */
  tanh: `fn NAME(x: T) -> T {
  let far = T(1.0f) - T(2.0f) / (exp(T(2.0f) * abs(x)) + T(1.0f));
  let s = x * x;
  let near = x * (T(1.0f) + s * (T(-0.33333334f) + s * (T(0.13333334f) + s * T(-0.053968254f))));
  return select(sign(x) * far, near, abs(x) < T(0.2f));
}`,
  /** Abramowitz & Stegun 7.1.26, error below 1.5e-7; the series near 0 keeps relative precision. */
  erf: `fn NAME(x: T) -> T {
  let t = T(1.0f) / (T(1.0f) + T(0.3275911f) * abs(x));
  let p = t * (T(0.254829592f) + t * (T(-0.284496736f) + t * (T(1.421413741f) + t * (T(-1.453152027f) + t * T(1.061405429f)))));
  let s = x * x;
  let near = x * (T(1.1283792f) + s * (T(-0.37612638f) + s * (T(0.11283792f) + s * T(-0.026866171f))));
  return select(sign(x) * (T(1.0f) - p * exp(-s)), near, abs(x) < T(0.2f));
}`,
  isFinite: `fn NAME(x: T) -> B {
  return (bitcast<U>(x) & U(0x7f800000u)) != U(0x7f800000u);
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
          .replaceAll(/\b([TUB])\b/g, (type) => registerType(HELPER_TYPES[type], lanes)),
      ),
  );
}

const HELPER_TYPES: Readonly<Record<string, DType>> = { T: 'f32', U: 'u32', B: 'bool' };
