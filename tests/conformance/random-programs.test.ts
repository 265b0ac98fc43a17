import { describe, expect, it } from 'vitest';
import { ndarray } from '../../engine/core/ndarray.ts';
import { normal, uniform } from '../../engine/core/random.ts';
import { size, type Shape } from '../../engine/core/shape.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import type { Module, State } from '../../engine/ir/program.ts';
import { add } from '../../engine/ops/add.ts';
import { broadcastTo } from '../../engine/ops/broadcast.ts';
import { matmul } from '../../engine/ops/matmul.ts';
import { maximum } from '../../engine/ops/max.ts';
import { mul } from '../../engine/ops/mul.ts';
import { max } from '../../engine/ops/reduce-max.ts';
import { sum } from '../../engine/ops/reduce-sum.ts';
import { reshape } from '../../engine/ops/reshape.ts';
import { sub } from '../../engine/ops/sub.ts';
import { tanh } from '../../engine/ops/tanh.ts';
import { transpose } from '../../engine/ops/transpose.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { DEVICES, device } from './device.ts';

const PROGRAMS = 40;
const RUNS = 2;

/** Draws programs of elementwise ops, reductions, products, reshapes and state updates. */
class Generator {
  readonly b = new Builder('random');
  readonly states: State[] = [];
  private readonly values: Value[] = [];
  private readonly seed: number;
  private draws = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  module(): Module {
    const { b } = this;
    for (let at = 0; at < 3; at++) this.state([1 + this.below(6), 4 * (1 + this.below(3)) - this.below(2)]);
    for (let at = 0; at < 14; at++) this.values.push(tanh(b, this.grow()));
    this.values.slice(-3).forEach((value, at) => b.output(`out-${at}`, value));
    for (const state of this.states) {
      const fitting = this.values.filter(({ type }) => type.shape.join() === state.type.shape.join());
      b.write(state, this.pick(fitting));
    }
    return { states: this.states, programs: [b.finish()] };
  }

  private state(shape: Shape): void {
    const name = `state-${this.states.length}`;
    const state: State = { name, type: { dtype: 'f32', shape }, role: 'parameter', init: { kind: 'upload' } };
    this.states.push(state);
    this.values.push(this.b.read(state));
  }

  /** One more value, made of earlier ones; all have two axes. */
  private grow(): Value {
    const { b } = this;
    const x = this.pick(this.values);
    const [rows, columns] = x.type.shape;
    const alike = this.pick(this.values.filter(({ type }) => type.shape.join() === x.type.shape.join()));
    const inner = this.pick(this.values.filter(({ type }) => type.shape[1] === columns));
    const choices = [
      () => add(b, x, alike),
      () => mul(b, x, alike),
      () => sub(b, maximum(b, x, 0), alike),
      () => transpose(b, x, [1, 0]),
      () => reshape(b, x, [columns, rows]),
      () => broadcastTo(b, reshape(b, sum(b, x, [1]), [rows, 1]), x.type.shape),
      () => broadcastTo(b, max(b, x, [0]), x.type.shape),
      () => matmul(b, x, inner, { transposeRight: true }),
      () => matmul(b, x, alike, { transposeLeft: true }),
    ];
    return this.pick(choices)();
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  private below(limit: number): number {
    return Math.floor(uniform(this.seed, 1, 0, this.draws++) * limit);
  }
}

describe.each(DEVICES)('on %s', (name) =>
  it.each(Array.from({ length: PROGRAMS }, (_, seed) => seed))(
    'program %i gives the reference’s numbers',
    async (seed) => {
      const module = new Generator(seed).module();
      const executor = await device(name);
      const plan = compileModule(module, { target: targetOf(executor.device), verify: true });
      expect(plan.peakBytes).toBe(plan.buffers.reduce((total, { bytes }) => total + bytes, 0));
      const session = await executor.load(plan);
      let states = new Map(
        module.states.map(({ name, type }, stream) => {
          const data = Float64Array.from({ length: size(type.shape) }, (_, at) =>
            Math.fround(normal(seed, stream, 0, at)),
          );
          return [name, ndarray(type.dtype, type.shape, data)];
        }),
      );
      for (const [name, { data }] of states) await session.upload(name, Float32Array.from(data));
      await session.run('random', RUNS);
      let expected = interpret(module.programs[0], states);
      for (let run = 1; run < RUNS; run++) {
        states = new Map([...states, ...expected.writes]);
        expected = interpret(module.programs[0], states);
      }
      const wanted = new Map([...expected.outputs, ...expected.writes]);
      const actual = await session.read([...wanted.keys()]);
      for (const [name, { data }] of wanted) {
        data.forEach((value, at) => expect(actual[name][at], `${name}[${at}]`).toBeCloseTo(value, 3));
      }
      await session.dispose();
    },
  ),
);
