import { number } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { add } from '../../ops/add.ts';
import { cos } from '../../ops/cos.ts';
import { div } from '../../ops/div.ts';
import { less } from '../../ops/less.ts';
import { minimum } from '../../ops/min.ts';
import { mul } from '../../ops/mul.ts';
import { select } from '../../ops/select.ts';
import { sub } from '../../ops/sub.ts';
import { defineSchedule } from './schedule.ts';

export default defineSchedule({
  id: 'one-cycle',
  title: 'One cycle',
  doc:
    'The learning rate rises from a small one to the full one and falls to a tiny one at the end of the run, both along half a cosine. ' +
    'Fast training at high rates: Smith & Topin, *Super-Convergence*, 2018.',
  fields: {
    rise: number({
      label: 'Rise',
      help: 'Share of the run in which it rises.',
      default: 0.3,
      min: 0.01,
      max: 0.99,
    }),
    start: number({
      label: 'Start',
      help: 'Share of the learning rate at the beginning.',
      default: 0.04,
      min: 0,
      max: 1,
    }),
    end: number({
      label: 'End',
      help: 'Share of the learning rate at the end.',
      default: 4e-6,
      min: 0,
      max: 1,
    }),
  },
  wholeRun: true,
  factor(b, { step, steps, params: { rise, start, end } }) {
    const top = Math.max(1, rise * steps - 1);
    const rest = Math.max(1, steps - 1 - top);
    const up = half(b, div(b, step, top), start, 1);
    const down = half(b, minimum(b, div(b, sub(b, step, top), rest), 1), 1, end);
    return select(b, less(b, step, top), up, down);
  },
});

/** From `from` to `to` along half a cosine, at `part` from 0 to 1. */
function half(b: Builder, part: Value, from: number, to: number): Value {
  return add(b, mul(b, add(b, cos(b, mul(b, part, Math.PI)), 1), (from - to) / 2), to);
}
