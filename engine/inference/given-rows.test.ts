import { expect, it } from 'vitest';
import type { Column, DatasetSchema } from '../core/dataset.ts';
import { GIVEN, givenRows } from './given-rows.ts';

const column = (name: string, more: Partial<Column>): Column => ({
  name,
  role: 'input',
  kind: 'number',
  dtype: 'f32',
  shape: [],
  missing: 0,
  ...more,
});
const schema: DatasetSchema = {
  version: 1,
  name: 'rows',
  columns: [
    column('size', {}),
    column('colour', { kind: 'category', dtype: 'i32', classes: ['red', 'green'] }),
    column('image', { kind: 'image', dtype: 'u8', shape: [1, 2, 2] }),
    column('text', {
      kind: 'text',
      dtype: 'i32',
      shape: [3],
      classes: ['<pad>', '<unk>', 'a', 'b'],
      tokens: { tokenizer: 'characters', lowerCase: true },
    }),
    column('when', {
      kind: 'date',
      shape: [3],
      date: {
        dayFirst: true,
        numbers: 'order',
        features: ['elapsed', 'month'],
        from: 0,
        to: Date.UTC(2000, 0),
      },
    }),
  ],
  rows: { train: 9, validation: 9, test: 9 },
};

const read = async (rows: Record<string, unknown>[], name: string, start = 0, count = rows.length) =>
  Array.from(await givenRows(schema, rows).read(GIVEN, name, start, count));

it('rows become what the data set would have stored', async () => {
  const rows = [
    { size: 2.5, colour: 'green', image: Uint8Array.of(1, 2, 3, 255), text: 'Abba' },
    {
      size: '-3',
      colour: ' red',
      image: [
        [
          [4, 5],
          [6, 7],
        ],
      ],
      text: 'x',
    },
  ];
  expect(givenRows(schema, rows).schema.rows).toEqual({ train: 0, validation: 0, test: 2 });
  expect(await read(rows, 'size')).toEqual([2.5, -3]);
  expect(await read(rows, 'colour')).toEqual([1, 0]);
  expect(await read(rows, 'image')).toEqual([1, 2, 3, 255, 4, 5, 6, 7]);
  expect(await read(rows, 'text')).toEqual([2, 3, 3, 1, 0, 0]);
  expect(await read(rows, 'size', 1, 5)).toEqual([-3]);
  expect(await read([{ when: '1/4/1970' }], 'when')).toEqual([Math.fround(90 / 10957), 1, expect.closeTo(0)]);
});

it.each([
  ['size', {}, 'nothing', 'a number'],
  ['size', { size: 'big' }, '"big"', 'a number'],
  ['colour', { colour: 'blue' }, '"blue"', 'one of red, green'],
  ['when', { when: 'soon' }, '"soon"', 'a date or time'],
  ['image', { image: [1, 2, 3] }, '[1,2,3]', '4 numbers'],
])('a value that the column "%s" cannot take is named', async (name, row, got, expected) => {
  const reading = read([{ size: 1, colour: 'red' }, row], name, 1, 1);
  await expect(reading).rejects.toMatchObject({
    problem: { code: 'ROW_VALUE', where: `row 2, column "${name}"`, got, expected },
  });
});
