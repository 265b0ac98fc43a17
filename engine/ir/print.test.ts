import { expect, it } from 'vitest';
import { add } from '../ops/add.ts';
import { maximum } from '../ops/max.ts';
import { matmul } from '../ops/matmul.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { sub } from '../ops/sub.ts';
import { differentiate } from '../passes/differentiate.ts';
import { Builder } from './builder.ts';
import { printModule } from './print.ts';
import type { Module, State } from './program.ts';

const state = (name: string, shape: readonly number[], role: State['role']): State => ({
  name,
  type: { dtype: 'f32', shape },
  role,
  init: { kind: 'upload' },
});

/** One step of gradient descent on the mean squared error of a dense layer with ReLU. */
function trainingStep(): Module {
  const states = [
    state('x', [8, 3], 'data'),
    state('target', [8, 2], 'data'),
    state('dense-1.kernel', [3, 2], 'parameter'),
    state('dense-1.bias', [2], 'parameter'),
  ];
  const b = new Builder('train');
  const [x, target, kernel, bias] = states.map((each) => b.read(each));
  b.origin = 'dense-1';
  const y = maximum(b, add(b, matmul(b, x, kernel), bias), 0);
  b.origin = 'mse-1';
  const difference = sub(b, y, target);
  const loss = mean(b, mul(b, difference, difference));
  b.origin = undefined;
  const gradients = differentiate(b, loss, [kernel, bias]);
  [kernel, bias].forEach((value, at) => b.write(states[at + 2], sub(b, value, mul(b, gradients[at], 0.1))));
  b.output('loss', loss);
  return { states, programs: [b.finish()] };
}

/** `vitest run -u` writes the file anew. */
it('prints a training step', async () => {
  await expect(printModule(trainingStep())).toMatchFileSnapshot('../../tests/goldens/ir/training-step.txt');
});
