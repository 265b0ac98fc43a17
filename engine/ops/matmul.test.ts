import { AS_ON_A_CARD, DEVICES } from '../../tests/conformance/device.ts';
import { checkOp } from '../../tests/conformance/op-harness.ts';
import { matmul } from './matmul.ts';

checkOp(
  'matmul',
  [
    {
      name: 'two small matrices',
      inputs: [
        { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
        { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] },
      ],
      build: (b, [x, y]) => matmul(b, x, y),
      expected: [22, 28, 49, 64],
    },
    {
      name: 'extents that no tile divides',
      inputs: [{ shape: [7, 13] }, { shape: [13, 5] }],
      build: (b, [x, y]) => matmul(b, x, y),
    },
    {
      name: 'a transposed left operand',
      inputs: [{ shape: [6, 9] }, { shape: [6, 8] }],
      build: (b, [x, y]) => matmul(b, x, y, { transposeLeft: true }),
    },
    {
      name: 'a transposed right operand',
      inputs: [{ shape: [9, 6] }, { shape: [8, 6] }],
      build: (b, [x, y]) => matmul(b, x, y, { transposeRight: true }),
    },
    {
      name: 'both transposed',
      inputs: [{ shape: [6, 3] }, { shape: [4, 6] }],
      build: (b, [x, y]) => matmul(b, x, y, { transposeLeft: true, transposeRight: true }),
    },
    {
      name: 'batches',
      inputs: [{ shape: [2, 3, 4, 5] }, { shape: [2, 3, 5, 2] }],
      build: (b, [x, y]) => matmul(b, x, y),
    },
    {
      name: 'a long inner extent',
      inputs: [{ shape: [4, 1500] }, { shape: [1500, 8] }],
      build: (b, [x, y]) => matmul(b, x, y),
      differentiable: false,
    },
    {
      name: 'batches of transposed operands that vectors fit',
      inputs: [{ shape: [3, 8, 12] }, { shape: [3, 16, 8] }],
      build: (b, [x, y]) => matmul(b, x, y, { transposeLeft: true, transposeRight: true }),
    },
    {
      name: 'a row by a column',
      inputs: [{ shape: [1, 37] }, { shape: [37, 1] }],
      build: (b, [x, y]) => matmul(b, x, y),
    },
  ],
  [...DEVICES, AS_ON_A_CARD],
);
