import { size, type Shape } from '../../engine/core/shape.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import type { Initializer, Module, State, StateRole } from '../../engine/ir/program.ts';
import { add } from '../../engine/ops/add.ts';
import { cast } from '../../engine/ops/cast.ts';
import { conv2d } from '../../engine/ops/conv2d.ts';
import { div } from '../../engine/ops/div.ts';
import { equal } from '../../engine/ops/equal.ts';
import { exp } from '../../engine/ops/exp.ts';
import { gather } from '../../engine/ops/gather.ts';
import { iota } from '../../engine/ops/iota.ts';
import { log } from '../../engine/ops/log.ts';
import { matmul } from '../../engine/ops/matmul.ts';
import { maxPool2d } from '../../engine/ops/max-pool2d.ts';
import { maximum } from '../../engine/ops/max.ts';
import { mul } from '../../engine/ops/mul.ts';
import { neg } from '../../engine/ops/neg.ts';
import { max } from '../../engine/ops/reduce-max.ts';
import { sum } from '../../engine/ops/reduce-sum.ts';
import { reshape } from '../../engine/ops/reshape.ts';
import { select } from '../../engine/ops/select.ts';
import { sqrt } from '../../engine/ops/sqrt.ts';
import { stopGradient } from '../../engine/ops/stop-gradient.ts';
import { sub } from '../../engine/ops/sub.ts';
import { differentiate } from '../../engine/passes/differentiate.ts';

/** Training steps that the benchmark times: forward, loss, backward and Adam in one program. */

const BATCH = 32;
const CLASSES = 10;
const ROWS = 1024;

/** Collects the states of one model and writes its training step. */
class Model {
  readonly b = new Builder('train');
  private readonly states: State[] = [];
  private readonly weights: { state: State; value: Value }[] = [];

  state(
    name: string,
    shape: Shape,
    role: StateRole,
    init: Initializer,
    dtype: State['type']['dtype'] = 'f32',
  ): State {
    const state: State = { name, type: { dtype, shape }, role, init };
    this.states.push(state);
    return state;
  }

  weight(name: string, shape: Shape): Value {
    const limit = Math.sqrt(6 / (size(shape.slice(0, -1)) + shape[shape.length - 1]));
    const state = this.state(name, shape, 'parameter', { kind: 'uniform', limit });
    const value = this.b.read(state);
    this.weights.push({ state, value });
    return value;
  }

  /** Rows of the resident data set, chosen by the shuffled order. */
  batch(name: string, shape: Shape, dtype: State['type']['dtype'], order: Value): Value {
    const data = this.state(name, [ROWS, ...shape], 'data', { kind: 'upload' }, dtype);
    return gather(this.b, this.b.read(data), order);
  }

  dense(name: string, x: Value, units: number): Value {
    this.b.origin = name;
    const kernel = this.weight(`${name}.kernel`, [x.type.shape[1], units]);
    return add(this.b, matmul(this.b, x, kernel), this.weight(`${name}.bias`, [units]));
  }

  conv(name: string, x: Value, filters: number): Value {
    this.b.origin = name;
    const kernel = this.weight(`${name}.kernel`, [3, 3, x.type.shape[3], filters]);
    const same = { stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
    const y = add(this.b, conv2d(this.b, x, kernel, same), this.weight(`${name}.bias`, [filters]));
    return maximum(this.b, y, 0);
  }

  pool(name: string, x: Value): Value {
    this.b.origin = name;
    return maxPool2d(this.b, x, { size: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0, 0, 0] });
  }

  /** Mean cross-entropy of logits with class numbers, and the Adam step. */
  finish(logits: Value, labels: Value): Module {
    const { b } = this;
    b.origin = 'loss';
    const rows = [BATCH, 1];
    const top = reshape(b, stopGradient(b, max(b, logits, [1])), rows);
    const shifted = sub(b, logits, top);
    const total = reshape(b, log(b, sum(b, exp(b, shifted), [1])), rows);
    const classes = iota(b, [BATCH, CLASSES], 1);
    const hit = equal(b, classes, reshape(b, cast(b, labels, 'i32'), rows));
    const loss = neg(b, mul(b, sum(b, select(b, hit, sub(b, shifted, total), 0)), 1 / BATCH));
    b.output('loss', loss);
    this.adam(loss);
    return { states: this.states, programs: [b.finish()] };
  }

  private adam(loss: Value): void {
    const { b } = this;
    const gradients = differentiate(
      b,
      loss,
      this.weights.map(({ value }) => value),
    );
    this.weights.forEach(({ state, value }, at) => {
      b.origin = 'adam';
      const moment = (name: string): State =>
        this.state(`${state.name}.${name}`, state.type.shape, 'optimizer', { kind: 'zeros' });
      const [first, second] = [moment('m'), moment('v')];
      const g = gradients[at];
      const m = add(b, mul(b, b.read(first), 0.9), mul(b, g, 0.1));
      const v = add(b, mul(b, b.read(second), 0.999), mul(b, mul(b, g, g), 0.001));
      const step = div(b, mul(b, m, 0.001), add(b, sqrt(b, v), 1e-8));
      b.write(first, m);
      b.write(second, v);
      b.write(state, sub(b, value, step));
    });
  }
}

/** 784-64-10 on 28 × 28 bytes, batch 32. */
export function mlp(): Module {
  const model = new Model();
  const { b } = model;
  const order = b.read(model.state('order', [BATCH], 'data', { kind: 'upload' }, 'i32'));
  const x = mul(b, cast(b, model.batch('images', [784], 'u8', order), 'f32'), 1 / 255);
  const hidden = maximum(b, model.dense('dense-1', x, 64), 0);
  return model.finish(model.dense('dense-2', hidden, CLASSES), model.batch('labels', [], 'i32', order));
}

/** conv 3×3×32 – pool – conv 3×3×64 – pool – dense 64 – dense 10 on 28 × 28 bytes, batch 32. */
export function cnn(): Module {
  const model = new Model();
  const { b } = model;
  const order = b.read(model.state('order', [BATCH], 'data', { kind: 'upload' }, 'i32'));
  const x = mul(b, cast(b, model.batch('images', [28, 28, 1], 'u8', order), 'f32'), 1 / 255);
  const first = model.pool('pool-1', model.conv('conv-1', x, 32));
  const second = model.pool('pool-2', model.conv('conv-2', first, 64));
  b.origin = 'flatten';
  const flat = reshape(b, second, [BATCH, size(second.type.shape) / BATCH]);
  const hidden = maximum(b, model.dense('dense-1', flat, 64), 0);
  return model.finish(model.dense('dense-2', hidden, CLASSES), model.batch('labels', [], 'i32', order));
}
