import { describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../core/ndarray.ts';
import { parseParams, type Params } from '../../core/fields.ts';
import { interpret } from '../../backends/reference/interpret.ts';
import { Builder, type Value } from '../../ir/builder.ts';
import { optimizerOf, optimizers } from '../catalogue.ts';

/** Each step's parameter, for the gradients g = 0.5·w + step, by the record's own program in float64. */
function trajectory(id: string, given: Params, start: number, steps: number, decay = true): number[] {
  const record = optimizerOf(id);
  const { params, problems } = parseParams(record.fields, given);
  expect(problems).toEqual([]);
  const type = { dtype: 'f32', shape: [1] } as const;
  const slots = record.slots(params);
  const b = new Builder('update');
  const read = (names: readonly string[], shape: readonly number[]): Record<string, Value> =>
    Object.fromEntries(names.map((name) => [name, b.read({ name, type: { dtype: 'f32', shape } })]));
  const shared = record.advance(b, read(record.shared, []), params);
  const { parameter, gradient, learningRate } = {
    ...read(['parameter', 'gradient'], [1]),
    ...read(['learningRate'], []),
  };
  const context = { params, parameter, gradient, slots: read(slots, [1]), shared, learningRate, decay };
  const updated = record.update(b, context);
  const writes = { parameter: updated.parameter, ...updated.slots, ...shared };
  for (const [name, value] of Object.entries(writes)) b.write({ name, type }, value);
  const program = b.finish();

  let states = new Map<string, NdArray>([
    ['parameter', ndarray('f32', [1], [start])],
    ['learningRate', ndarray('f32', [], [params.learningRate as number])],
    ...slots.map((name): [string, NdArray] => [name, ndarray('f32', [1])]),
    ...record.shared.map((name): [string, NdArray] => [name, ndarray('f32', [])]),
  ]);
  return Array.from({ length: steps }, (_, step) => {
    const w = (states.get('parameter') as NdArray).data[0];
    states.set('gradient', ndarray('f32', [1], [gradientAt(w, step)]));
    states = new Map([...states, ...interpret(program, states).writes]);
    return (states.get('parameter') as NdArray).data[0];
  });
}

const gradientAt = (w: number, step: number): number => 0.5 * w + step;

/** The formulas of the papers, written down again without any program. */
function formula(
  start: number,
  steps: number,
  next: (w: number, g: number, step: number) => number,
): number[] {
  let w = start;
  return Array.from({ length: steps }, (_, step) => (w = next(w, gradientAt(w, step), step)));
}

function adamFormula(rate: number, beta1: number, beta2: number, epsilon: number, decay: number) {
  let m = 0;
  let v = 0;
  return (w: number, g: number, step: number): number => {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g ** 2;
    const mHat = m / (1 - beta1 ** (step + 1));
    const vHat = v / (1 - beta2 ** (step + 1));
    return w - rate * decay * w - (rate * mHat) / (Math.sqrt(vHat) + epsilon);
  };
}

function expectClose(got: readonly number[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 12));
}

describe('optimizers', () => {
  it('have different ids, a learning rate and a source', () => {
    expect(new Set(optimizers.map(({ id }) => id)).size).toBe(optimizers.length);
    for (const { fields, doc } of optimizers) {
      expect(fields.learningRate.default).toBeGreaterThan(0);
      expect(doc).toMatch(/Source:/);
    }
  });

  it('says which optimizers there are when one is unknown', () => {
    expect(() => optimizerOf('newton')).toThrowError(expect.objectContaining({ code: 'OPTIMIZER_UNKNOWN' }));
  });

  it('SGD without momentum keeps no state', () => {
    const params = { learningRate: 0.1, momentum: 0 };
    expect(optimizerOf('sgd').slots({ ...params, nesterov: false })).toEqual([]);
    expectClose(
      trajectory('sgd', params, 3, 10),
      formula(3, 10, (w, g) => w - 0.1 * g),
    );
  });

  it.each([false, true])('SGD with momentum, Nesterov %s', (nesterov) => {
    let v = 0;
    const expected = formula(3, 10, (w, g) => {
      v = 0.9 * v + g;
      return w - 0.1 * (nesterov ? g + 0.9 * v : v);
    });
    expectClose(trajectory('sgd', { learningRate: 0.1, momentum: 0.9, nesterov }, 3, 10), expected);
  });

  it('Adam', () => {
    const params = { learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-4 };
    expectClose(trajectory('adam', params, 3, 50), formula(3, 50, adamFormula(0.05, 0.8, 0.95, 1e-4, 0)));
  });

  it.each([
    ['a kernel', true, 0.2],
    ['a bias', false, 0],
  ])('AdamW on %s', (_, decay, coefficient) => {
    const params = { learningRate: 0.05, weightDecay: 0.2 };
    const expected = formula(3, 50, adamFormula(0.05, 0.9, 0.999, 1e-8, coefficient));
    expectClose(trajectory('adamw', params, 3, 50, decay), expected);
  });

  it('RMSprop', () => {
    let v = 0;
    const expected = formula(3, 50, (w, g) => {
      v = 0.8 * v + 0.2 * g ** 2;
      return w - (0.05 * g) / (Math.sqrt(v) + 1e-4);
    });
    expectClose(trajectory('rmsprop', { learningRate: 0.05, rho: 0.8, epsilon: 1e-4 }, 3, 50), expected);
  });

  it('Adagrad', () => {
    let s = 0;
    const expected = formula(3, 50, (w, g) => {
      s += g ** 2;
      return w - (0.5 * g) / (Math.sqrt(s) + 1e-4);
    });
    expectClose(trajectory('adagrad', { learningRate: 0.5, epsilon: 1e-4 }, 3, 50), expected);
  });

  it.each([
    ['a kernel', true, 0.2],
    ['a bias', false, 0],
  ])('Lion on %s', (_, decay, coefficient) => {
    let m = 0;
    // Steps of 3, so that the sign changes on the way.
    const expected = formula(3, 50, (w, g) => {
      const u = Math.sign(0.9 * m + 0.1 * g);
      m = 0.99 * m + 0.01 * g;
      return w - 3 * (u + coefficient * w);
    });
    const params = { learningRate: 3, weightDecay: 0.2 };
    expectClose(trajectory('lion', params, 3, 50, decay), expected);
  });
});
