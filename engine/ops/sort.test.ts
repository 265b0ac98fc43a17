import { checkOp } from '../../tests/conformance/op-harness.ts';
import { gather } from './gather.ts';
import { scatterRows } from './scatter-rows.ts';
import { ascending, countsBelow } from './sort.ts';
import { sumSegments } from './sum-segments.ts';

const keys = { shape: [7], dtype: 'i32', values: [4, 0, 4, 2, 0, 4, 5] } as const;

checkOp('sort', [
  {
    name: 'equal keys keep their order',
    inputs: [keys],
    build: (b, [x]) => ascending(b, x),
    expected: [1, 4, 3, 0, 2, 5, 6],
  },
  {
    name: 'keys below each number',
    inputs: [{ ...keys, values: [0, 0, 2, 4, 4, 4, 5] }],
    build: (b, [x]) => countsBelow(b, x, 7),
    expected: [0, 2, 2, 3, 3, 6, 7, 7],
  },
  {
    name: 'rows with the same key are added up',
    inputs: [{ shape: [7, 3] }, keys],
    build: (b, [x, at]) => {
      const order = ascending(b, at);
      return sumSegments(b, gather(b, x, order), countsBelow(b, gather(b, at, order), 6));
    },
  },
  {
    name: 'as the sum over all rows does',
    inputs: [{ shape: [7, 3] }, keys],
    build: (b, [x, at]) => scatterRows(b, x, at, 6),
  },
]);
