import { size } from '../../core/shape.ts';
import { inRole, standardise } from '../fitting/moments.ts';
import { channelStatistics } from './channels.ts';
import { defineKind } from './kind.ts';
import { firstNumbers, numbersIn } from './numbers-in.ts';

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
  show: async (cell) => (cell instanceof Float32Array ? firstNumbers(cell) : ''),
});
