import { size } from '../../core/shape.ts';
import { inRole, standardise } from '../fitting/moments.ts';
import { channelStatistics } from './channels.ts';
import { defineKind } from './kind.ts';
import { numbersIn } from './numbers-in.ts';

/** Values of a tensor that the preview shows. */
const SHOWN = 6;

export default defineKind({
  id: 'tensor',
  title: 'Tensor',
  doc: 'Real numbers of a fixed shape: signals, spectrograms, volumes. Inputs are brought to mean 0 and deviation 1, channel by channel (the last axis).',
  fields: {},
  fixed: true,
  begin({ shape = [] }) {
    return {
      form: { dtype: 'f32', shape },
      stage(cell) {
        if (!(cell instanceof Float32Array)) return undefined;
        return cell.every(Number.isFinite) ? cell : undefined;
      },
      async fit(context) {
        const features = await channelStatistics(context, shape.at(-1) ?? 1);
        return {
          column: {
            dtype: 'f32',
            shape,
            missing: 0,
            ...(context.normalise && inRole(context.role, standardise(features))),
          },
          convert: (staged) => staged as Float32Array,
        };
      },
    };
  },
  store: (cell, { shape }) => numbersIn(cell, size(shape)),
  async show(cell) {
    if (!(cell instanceof Float32Array)) return '';
    const start = Array.from(cell.subarray(0, SHOWN), (value) => String(Number(value.toPrecision(4))));
    return `[${start.join(', ')}${cell.length > SHOWN ? ', …' : ''}]`;
  },
});
