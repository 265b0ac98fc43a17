import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

/** A file by the layout of huggingface.co/docs/safetensors, written out by hand. */
function file(
  tensors: Readonly<Record<string, readonly [dtype: string, shape: number[], bytes: Uint8Array]>>,
) {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, [dtype, shape, bytes]]) => {
      const start = end;
      end += bytes.length;
      return [name, { dtype, shape, data_offsets: [start, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...Object.values(tensors).map(([, , bytes]) => bytes)]);
}
const bytesOf = (values: Float64Array | BigInt64Array | Uint16Array): Uint8Array =>
  new Uint8Array(values.buffer);

it('tensors become columns, whatever type their values have', async () => {
  const path = await folder.write(
    'set.safetensors',
    file({
      wide: ['F64', [3], bytesOf(Float64Array.of(1.5, 2.5, 3.5))],
      brain: ['BF16', [3], bytesOf(Uint16Array.of(0x3fc0, 0xc000, 0x0000))],
      half: ['F16', [3], bytesOf(Uint16Array.of(0x3e00, 0xc000, 0x0001))],
      labels: ['I64', [3], bytesOf(BigInt64Array.of(7n, 8n, 7n))],
    }),
  );
  const { format, columns, rows } = await folder.preview(path);
  expect(format).toBe('safetensors');
  expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
    ['wide', 'number', 'input'],
    ['brain', 'number', 'input'],
    ['half', 'number', 'input'],
    ['labels', 'category', 'target'],
  ]);
  expect(rows).toEqual([
    ['1.5', '1.5', '1.5', '7'],
    ['2.5', '-2', '-2', '8'],
    ['3.5', '0', String(2 ** -24), '7'],
  ]);
});

it('a file that was cut off is refused', async () => {
  const whole = file({ x: ['F64', [3], bytesOf(Float64Array.of(1, 2, 3))] });
  const path = await folder.write('cut.safetensors', whole.subarray(0, whole.length - 4));
  expect(await folder.refusal(path)).toMatchObject({ code: 'TENSOR_FILE_CORRUPT' });
});

it('a file without rows is refused', async () => {
  const path = await folder.write('none.safetensors', file({ x: ['F64', [], bytesOf(Float64Array.of(1))] }));
  expect(await folder.refusal(path)).toMatchObject({ code: 'ARRAYS_NONE' });
});

it('a tensor that does not fill its shape is refused, one of another type is left out and told of', async () => {
  const x = bytesOf(Float64Array.of(1, 2, 3));
  const short = await folder.write('short.safetensors', file({ x: ['F64', [4], x] }));
  expect(await folder.refusal(short)).toMatchObject({ code: 'TENSOR_FILE_CORRUPT' });
  const small = new Uint8Array(3);
  const path = await folder.write(
    'small.safetensors',
    file({ x: ['F64', [3], x], y: ['F8_E4M3', [3], small] }),
  );
  const { columns, warnings } = await folder.preview(path);
  expect(columns.map(({ name }) => name)).toEqual(['x']);
  expect(warnings).toMatchObject([{ code: 'TENSOR_TYPE', got: 'F8_E4M3' }]);
});
