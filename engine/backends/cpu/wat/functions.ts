import type { DType } from '../../../core/dtype.ts';
import { constant } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import { call, cast } from '../../../kernel/scalar.ts';

/** A function that WebAssembly has no instruction for, as an expression of its arguments. */
export interface ScalarFunction {
  readonly parameters: readonly DType[];
  readonly body: (...args: readonly Expression[]) => Expression;
}

const real = (value: number): Expression => constant('f32', value);
const word = (value: number): Expression => constant('u32', value);
const add = (a: Expression, b: Expression): Expression => call('add', a.dtype, a, b);
const sub = (a: Expression, b: Expression): Expression => call('sub', a.dtype, a, b);
const mul = (a: Expression, b: Expression): Expression => call('mul', a.dtype, a, b);
/** a · b + c */
const madd = (a: Expression, b: Expression, c: Expression): Expression => call('madd', 'f32', a, b, c);
const div = (a: Expression, b: Expression): Expression => call('div', a.dtype, a, b);
const less = (a: Expression, b: Expression): Expression => call('less', 'bool', a, b);
const max = (a: Expression, b: Expression): Expression => call('max', a.dtype, a, b);
const min = (a: Expression, b: Expression): Expression => call('min', a.dtype, a, b);
const abs = (x: Expression): Expression => call('abs', 'f32', x);
const exp = (x: Expression): Expression => call('exp', 'f32', x);
const select = (condition: Expression, a: Expression, b: Expression): Expression =>
  call('select', a.dtype, condition, a, b);
const bits = (x: Expression): Expression => call('bits', 'u32', x);
const fromBits = (x: Expression): Expression => call('from-bits', 'f32', x);
const left = (x: Expression, by: number): Expression => call('shift-left', 'u32', x, word(by));
const right = (x: Expression, by: number): Expression => call('shift-right', 'u32', x, word(by));
const xor = (a: Expression, b: Expression): Expression => call('xor', 'u32', a, b);
const and = (a: Expression, b: Expression): Expression => call('and', 'u32', a, b);

/** c₀ + x(c₁ + x(c₂ + …)) */
function polynomial(x: Expression, coefficients: readonly number[]): Expression {
  const [last, ...others] = coefficients.toReversed().map(real);
  return others.reduce<Expression>((sum, coefficient) => madd(x, sum, coefficient), last);
}

/** x with the sign of y. */
const signed = (x: Expression, y: Expression): Expression =>
  fromBits(call('or', 'u32', bits(x), and(bits(y), word(0x80000000))));

/** ln 2 and π/2 in parts: the first have so few bits that their product with a whole number is exact (Cody & Waite, 1980). */
const LN2 = [0.693359375, -2.12194440054690581e-4] as const;
const HALF_PI = [1.5703125, 4.837512969970703e-4, 7.549789948768648e-8] as const;

/** ln of the smallest normal number, and of the largest. */
const EXP_LEAST = -87.3365447505531;
const EXP_MOST = 88.722839111;

/**
 * e^x = 2ⁿ e^r with |r| ≤ ln 2 / 2; the series of e^r to r⁷. Results too small for a normal number are 0: processors take a hundred
 * times as long for them.
 */
function exponential(x: Expression): Expression {
  const bounded = min(max(x, real(EXP_LEAST)), real(EXP_MOST));
  const n = call('nearest', 'f32', mul(bounded, real(Math.LOG2E)));
  const r = LN2.reduce<Expression>((rest, part) => madd(n, real(-part), rest), bounded);
  const series = polynomial(r, [1, 1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040]);
  const scaled = fromBits(add(bits(series), left(cast(cast(n, 'i32'), 'u32'), 23)));
  const finite = select(less(real(EXP_MOST), x), real(Infinity), scaled);
  const normal = select(less(x, real(EXP_LEAST)), real(0), finite);
  return select(call('equal', 'bool', x, x), normal, x);
}

/** ln x = e ln 2 + ln m, m in [√½, √2); ln m = 2 artanh((m − 1) / (m + 1)) by its series. */
function logarithm(x: Expression): Expression {
  const tiny = less(x, real(1.1754943508222875e-38));
  const scaled = select(tiny, mul(x, real(2 ** 23)), x);
  const rootHalf = 0x3f3504f3;
  const exponent = call('shift-right-signed', 'u32', sub(bits(scaled), word(rootHalf)), word(23));
  const m = fromBits(sub(bits(scaled), left(exponent, 23)));
  const f = sub(m, real(1));
  const s = div(f, add(f, real(2)));
  const z = mul(s, s);
  const series = mul(mul(s, z), polynomial(z, [2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11]));
  const e = sub(cast(cast(exponent, 'i32'), 'f32'), select(tiny, real(23), real(0)));
  const finite = madd(e, real(LN2[0]), madd(s, real(2), madd(e, real(LN2[1]), series)));
  const positive = select(call('equal', 'bool', x, real(Infinity)), x, finite);
  const zero = select(call('equal', 'bool', x, real(0)), real(-Infinity), real(NaN));
  return select(less(real(0), x), positive, select(call('equal', 'bool', x, x), zero, x));
}

/** sin(x + quarters · π/2): r = x − n π/2, then one of ± sin r, ± cos r by their series. */
function sine(x: Expression, quarters: number): Expression {
  const n = call('nearest', 'f32', mul(x, real(2 / Math.PI)));
  const r = HALF_PI.reduce<Expression>((rest, part) => madd(n, real(-part), rest), x);
  const z = mul(r, r);
  const sin = madd(mul(r, z), polynomial(z, [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880]), r);
  const cos = polynomial(z, [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320]);
  const quarter = add(cast(cast(n, 'i32'), 'u32'), word(quarters));
  const odd = call('equal', 'bool', and(quarter, word(1)), word(1));
  return fromBits(xor(bits(select(odd, cos, sin)), left(and(quarter, word(2)), 30)));
}

/** As in WGSL's helper: the odd series near 0, where 1 − 2 / (e^2x + 1) would lose all digits. */
function hyperbolicTangent(x: Expression): Expression {
  const s = mul(x, x);
  const near = mul(x, polynomial(s, [1, -1 / 3, 2 / 15, -17 / 315]));
  const far = sub(real(1), div(real(2), add(exp(mul(real(2), min(abs(x), real(10)))), real(1))));
  return select(less(abs(x), real(0.2)), near, signed(far, x));
}

/** Chebyshev fits of our own: erf(√s) / √s on [0, 1] and ln erfc(x) on [1, 4], beyond which erf is 1 in f32. */
const ERF_NEAR = [
  1.12837911, -0.37612626, 0.112835974, -0.0268543288, 0.00518931216, -0.000801885501, 7.88249745e-5,
];
const ERFC_FAR = [
  0.00030321299, -1.13016665, -0.631937087, -0.109978244, 0.0263647176, -0.00474022236, 0.000592769531,
  -4.55906229e-5, 1.6140616e-6,
];

function errorFunction(x: Expression): Expression {
  const near = mul(x, polynomial(mul(x, x), ERF_NEAR));
  const far = sub(real(1), exp(polynomial(min(abs(x), real(4)), ERFC_FAR)));
  return select(less(abs(x), real(1)), near, signed(far, x));
}

/** e^−|x| never overflows: for x < 0, 1 / (1 + e^−x) = e^x / (e^x + 1). */
function logistic(x: Expression): Expression {
  const e = exp(call('neg', 'f32', abs(x)));
  return div(select(less(x, real(0)), e, real(1)), add(real(1), e));
}

/** pcg4d of (index, step, stream, seed), first word: the same bits as engine/core/random.ts. */
function randomNumber(...words: readonly Expression[]): Expression {
  let [a, b, c, d] = words.map((part) => add(mul(part, word(1664525)), word(1013904223)));
  const mix = (): void => {
    a = add(a, mul(b, d));
    b = add(b, mul(c, a));
    c = add(c, mul(a, b));
    d = add(d, mul(b, c));
  };
  mix();
  [a, b, c, d] = [a, b, c, d].map((part) => xor(part, right(part, 16)));
  a = add(a, mul(b, d));
  return mul(cast(cast(right(a, 8), 'i32'), 'f32'), real(2 ** -24));
}

/**
 * The nearest number of 16 bits (IEEE 754 binary16), ties to even, in the low half of a word; beyond its range the largest. Numbers
 * below 2⁻¹⁴ are rounded by adding ½ (Giesen, "Float to half conversion", public domain, 2012).
 */
function halfBits(x: Expression): Expression {
  const all = bits(min(max(x, real(-65504)), real(65504)));
  const size = and(all, word(0x7fffffff));
  const small = sub(bits(add(fromBits(size), real(0.5))), word(0x3f000000));
  const large = right(add(add(size, word(0xc8000fff)), and(right(size, 13), word(1))), 13);
  const sign = and(right(all, 16), word(0x8000));
  return call('or', 'u32', select(less(size, word(0x38800000)), small, large), sign);
}

/** The number in one half of a word: the low one, or the high one where `odd` is 1. */
function halfValue(pair: Expression, odd: Expression): Expression {
  const half = select(call('equal', 'bool', odd, word(1)), right(pair, 16), and(pair, word(0xffff)));
  const size = left(and(half, word(0x7fff)), 13);
  const small = sub(fromBits(add(size, word(0x38800000))), real(2 ** -14));
  const normal = fromBits(add(size, word(0x38000000)));
  const sign = left(and(half, word(0x8000)), 16);
  return fromBits(call('or', 'u32', bits(select(less(size, word(0x800000)), small, normal)), sign));
}

const unary = (body: (x: Expression) => Expression): ScalarFunction => ({ parameters: ['f32'], body });

export const FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  exp: unary(exponential),
  log: unary(logarithm),
  sin: unary((x) => sine(x, 0)),
  cos: unary((x) => sine(x, 1)),
  tanh: unary(hyperbolicTangent),
  erf: unary(errorFunction),
  sigmoid: unary(logistic),
  /** The argument's own sign; 0 and NaN stay what they are. */
  sign: unary((x) => select(less(real(0), abs(x)), signed(real(1), x), x)),
  /** x^y for x > 0 */
  pow: { parameters: ['f32', 'f32'], body: (x, y) => exp(mul(y, call('log', 'f32', x))) },
  'half-bits': unary(halfBits),
  'half-value': { parameters: ['u32', 'u32'], body: halfValue },
  random: { parameters: ['u32', 'u32', 'u32', 'u32'], body: randomNumber },
};
