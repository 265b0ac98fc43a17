import { checkOp } from '../../tests/conformance/op-harness.ts';
import { cast } from './cast.ts';

checkOp('cast', [
  {
    name: 'real to whole numbers, towards zero',
    inputs: [{ shape: [4], values: [-1.5, -0.5, 0.5, 2.9] }],
    build: (b, [x]) => cast(b, x, 'i32'),
    expected: [-1, 0, 0, 2],
  },
  {
    name: 'bytes to real numbers',
    inputs: [{ shape: [2, 3], dtype: 'u8', values: [0, 1, 127, 128, 254, 255] }],
    build: (b, [x]) => cast(b, x, 'f32'),
    expected: [0, 1, 127, 128, 254, 255],
  },
  {
    name: 'truth values to real numbers',
    inputs: [{ shape: [2], dtype: 'bool', values: [0, 1] }],
    build: (b, [x]) => cast(b, x, 'f32'),
    expected: [0, 1],
  },
]);
