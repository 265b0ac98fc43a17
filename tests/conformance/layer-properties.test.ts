import { describe, expect, it } from 'vitest';
import { defaultsOf, type Params } from '../../engine/core/fields.ts';
import { BATCH, bindShape, type SymbolicShape } from '../../engine/core/shape.ts';
import { layers } from '../../engine/graph/catalogue.ts';
import { Builder } from '../../engine/ir/builder.ts';
import type { InferResult, InputTypes, LayerRecord, PortType } from '../../engine/layers/layer.ts';
import { Dice } from './dice.ts';
import { lowerLayer } from './layer-harness.ts';

/** What holds for every layer under any settings and whatever arrives: random ones, the same at each run. */

const TRIALS = 60;
const BATCH_SIZE = 2;

function inputsOf({ inputs }: LayerRecord, dice: Dice): InputTypes {
  const shape = (): SymbolicShape => [BATCH, ...dice.many(1, 4, () => dice.from(1, 8))];
  const usual = shape();
  const type = (): PortType => ({
    dtype: dice.chance(0.1) ? 'i32' : 'f32',
    shape: dice.chance(0.8) ? usual : shape(),
  });
  return Object.fromEntries(
    inputs.map(({ name, variadic, optional }) => {
      if (optional && dice.chance(0.7)) return [name, []];
      return [name, variadic ? dice.many(1, 3, type) : [type()]];
    }),
  );
}

interface Trial {
  readonly params: Params;
  readonly inputs: InputTypes;
  readonly result: InferResult;
}

function trialsOf(layer: LayerRecord): Trial[] {
  return Array.from({ length: TRIALS }, (_, trial) => {
    const dice = new Dice(trial);
    const inputs = inputsOf(layer, dice);
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
