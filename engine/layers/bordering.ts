import { integers } from '../core/fields.ts';
import { pad } from '../ops/pad.ts';
import { slice } from '../ops/slice.ts';
import { defineLayer, type LayerRecord, type PortType, type Words } from './layer.ts';
import { f32, features, formatPort, lastExtent, OUTPUT } from './shapes.ts';
import type { Space } from './space.ts';

/** Layers that add or take away what is around a sequence or an image. */

const fieldsOf = ({ axes, sides, taps }: Space, what: string) => ({
  border: integers({
    label: 'Border',
    help: `How many ${taps} ${what}: ${sides}.`,
    default: axes.flatMap(() => [1, 1]),
    length: 2 * axes.length,
    min: 0,
  }),
});

type Bordering = LayerRecord<ReturnType<typeof fieldsOf>>;

/** The border's widths before and behind each axis; 0 for batch and channels. */
function widths(border: readonly number[]): { readonly low: number[]; readonly high: number[] } {
  const side = (first: 0 | 1) => [0, ...border.filter((_, at) => at % 2 === first), 0];
  return { low: side(0), high: side(1) };
}

/** Extents after each axis has become longer (or, with factor −1, shorter) by its borders. */
function moved({ axes }: Space, input: PortType, border: readonly number[], factor: 1 | -1): number[] {
  const extents = features(input).slice(0, axes.length);
  return extents.map((extent, axis) => extent + factor * (border[2 * axis] + border[2 * axis + 1]));
}

export function zeroPaddingLayer(space: Space, words: Words): Bordering {
  return defineLayer({
    ...words,
    category: 'shape',
    fields: fieldsOf(space, 'of zeros are added'),
    inputs: space.inputs,
    outputs: OUTPUT,
    infer({ inputs, params }) {
      const [input] = inputs.input;
      const problem = space.require('input', input);
      if (problem) return { problems: [problem] };
      return { outputs: { output: f32(...moved(space, input, params.border, 1), lastExtent(input)) } };
    },
    lower({ b, inputs, params }) {
      const { low, high } = widths(params.border);
      return { output: pad(b, inputs.input[0], low, high) };
    },
  });
}

export function croppingLayer(space: Space, words: Words): Bordering {
  return defineLayer({
    ...words,
    category: 'shape',
    fields: fieldsOf(space, 'are cut off'),
    inputs: space.inputs,
    outputs: OUTPUT,
    infer({ inputs, params: { border } }) {
      const [input] = inputs.input;
      const problem = space.require('input', input);
      if (problem) return { problems: [problem] };
      const extents = moved(space, input, border, -1);
      if (extents.every((extent) => extent >= 1)) {
        return { outputs: { output: f32(...extents, lastExtent(input)) } };
      }
      return {
        problems: [
          {
            code: 'LAYER_CROP',
            severity: 'error',
            field: 'border',
            message: `Nothing of the ${space.noun} would be left.`,
            got: `${border.join(', ')} off ${formatPort(input)}`,
            expected: `borders that leave something of ${features(input).slice(0, -1).join(' × ')}`,
            fix: 'Cut less off.',
          },
        ],
      };
    },
    lower({ b, inputs, params }) {
      const [input] = inputs.input;
      const { low, high } = widths(params.border);
      const limits = input.type.shape.map((extent, axis) => extent - high[axis]);
      return { output: slice(b, input, low, limits) };
    },
  });
}
