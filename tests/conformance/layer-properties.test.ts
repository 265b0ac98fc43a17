import { describe, expect, it } from 'vitest';
import { defaultsOf, type Field, type Params } from '../../engine/core/fields.ts';
import { uniform } from '../../engine/core/random.ts';
import { BATCH, bindShape, type SymbolicShape } from '../../engine/core/shape.ts';
import { layers } from '../../engine/graph/catalogue.ts';
import { Builder } from '../../engine/ir/builder.ts';
import type { InferResult, InputTypes, LayerRecord, PortType } from '../../engine/layers/layer.ts';
import { lowerLayer } from './layer-harness.ts';

/** What holds for every layer under any settings and whatever arrives: random ones, the same at each run. */

const TRIALS = 60;
const BATCH_SIZE = 2;

class Dice {
  private drawn = 0;
  private readonly trial: number;

  constructor(trial: number) {
    this.trial = trial;
  }

  chance(share: number): boolean {
    return uniform(5, 0, this.trial, this.drawn++) < share;
  }

  from(low: number, high: number): number {
    return low + Math.floor(uniform(5, 0, this.trial, this.drawn++) * (high - low + 1));
  }

  many<T>(low: number, high: number, make: () => T): T[] {
    return Array.from({ length: this.from(low, high) }, make);
  }

  setting(field: Field): unknown {
    if (this.chance(0.5)) return field.default;
    switch (field.kind) {
      case 'integers':
        return this.many(field.length ?? 1, field.length ?? 3, () => this.from(field.min ?? -3, 4));
      case 'number':
        return field.integer ? this.from(Math.max(field.min ?? -5, -5), 6) : field.default;
      case 'choice':
        return field.options[this.from(0, field.options.length - 1)].value;
      case 'boolean':
        return this.chance(0.5);
      default:
        return field.default;
    }
  }

  inputs({ inputs }: LayerRecord): InputTypes {
    const shape = (): SymbolicShape => [BATCH, ...this.many(1, 4, () => this.from(1, 8))];
    const usual = shape();
    const type = (): PortType => ({
      dtype: this.chance(0.1) ? 'i32' : 'f32',
      shape: this.chance(0.8) ? usual : shape(),
    });
    return Object.fromEntries(
      inputs.map(({ name, variadic, optional }) => {
        if (optional && this.chance(0.7)) return [name, []];
        return [name, variadic ? this.many(1, 3, type) : [type()]];
      }),
    );
  }
}

interface Trial {
  readonly params: Params;
  readonly inputs: InputTypes;
  readonly result: InferResult;
}

function trialsOf(layer: LayerRecord): Trial[] {
  return Array.from({ length: TRIALS }, (_, trial) => {
    const dice = new Dice(trial);
    const inputs = dice.inputs(layer);
    const settings = Object.entries(layer.fields).map(([name, field]) => [name, dice.setting(field)]);
    const params = { ...defaultsOf(layer.fields), ...(Object.fromEntries(settings) as Params) };
    return { params, inputs, result: layer.infer({ inputs, params: params as never }) };
  });
}

/** Types that a layer's program computes. */
function lowered(layer: LayerRecord, { params, inputs }: Trial): Record<string, PortType> {
  const b = new Builder('trial');
  const read = (name: string, { dtype, shape }: PortType) =>
    b.read({ name, type: { dtype, shape: bindShape(shape, { [BATCH]: BATCH_SIZE }) } });
  const weights = layer.weights?.({ inputs, params: params as never }) ?? [];
  const values = lowerLayer(b, layer, {
    params: params as never,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([port, types]) => [
        port,
        types.map((type, at) => read(`${port}.${at}`, type)),
      ]),
    ),
    weights: Object.fromEntries(
      weights.map(({ name, shape }) => [name, read(name, { dtype: 'f32', shape })]),
    ),
    training: true,
  });
  return Object.fromEntries(Object.entries(values).map(([port, { type }]) => [port, type]));
}

const tried = layers.filter(({ inputs, loss }) => inputs.length > 0 && !loss);

describe.each(tried.map((layer) => [layer.type, layer] as const))('the layer %s', (_, layer) => {
  const trials = trialsOf(layer);

  it('computes the types that it announces', () => {
    expect(trials.some(({ result }) => 'outputs' in result)).toBe(true);
    for (const trial of trials) {
      if (!('outputs' in trial.result)) continue;
      const announced = Object.entries(trial.result.outputs).map(([port, { dtype, shape }]) => {
        return [port, { dtype, shape: bindShape(shape, { [BATCH]: BATCH_SIZE }) }];
      });
      expect(lowered(layer, trial), JSON.stringify(trial)).toEqual(Object.fromEntries(announced));
    }
  });

  it('is put right by the settings that it proposes', () => {
    for (const { params, inputs, result } of trials) {
      for (const { repair, code } of result.problems ?? []) {
        if (repair?.kind !== 'set') continue;
        const repaired = { ...params, [repair.field]: repair.value };
        const again = layer.infer({ inputs, params: repaired as never }).problems ?? [];
        const same = again.filter((problem) => problem.code === code && problem.field === repair.field);
        expect(same, JSON.stringify({ params, inputs })).toEqual([]);
      }
    }
  });
});
