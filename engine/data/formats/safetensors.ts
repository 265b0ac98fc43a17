import { float16ToFloat32 as halfToNumber } from 'npyjs';
import { tensorEntries, type TensorEntry } from '../../core/safetensors.ts';
import { size } from '../../core/shape.ts';
import { arrayReader, type DataArray } from '../sources/arrays.ts';
import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { contentBytes } from '../sources/source.ts';

type ReadValue = (view: DataView, at: number) => number;

/** Bytes of a value of each type, and how it is read; all are little-endian. */
const TYPES: Readonly<Record<string, readonly [bytes: number, read: ReadValue]>> = {
  BOOL: [1, (view, at) => view.getUint8(at)],
  U8: [1, (view, at) => view.getUint8(at)],
  I8: [1, (view, at) => view.getInt8(at)],
  U16: [2, (view, at) => view.getUint16(at, true)],
  I16: [2, (view, at) => view.getInt16(at, true)],
  F16: [2, (view, at) => halfToNumber(view.getUint16(at, true))],
  BF16: [2, (view, at) => brainToNumber(view.getUint16(at, true))],
  U32: [4, (view, at) => view.getUint32(at, true)],
  I32: [4, (view, at) => view.getInt32(at, true)],
  F32: [4, (view, at) => view.getFloat32(at, true)],
  U64: [8, (view, at) => Number(view.getBigUint64(at, true))],
  I64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  F64: [8, (view, at) => view.getFloat64(at, true)],
};

export default defineFormat({
  id: 'safetensors',
  title: 'Safetensors',
  doc:
    'Named tensors (huggingface.co/docs/safetensors) with a row per entry of the first axis. Names such as `x_train` or `labels` say ' +
    'what is what, as in NumPy archives.',
  fields: {},

  async recognise({ folder, head }) {
    // Eight bytes with the length of a header, which is a JSON object.
    const fits = !folder && head.length > 10 && head.readUInt32LE(4) === 0 && head.readUInt32LE(0) > 1;
    if (!fits || head.subarray(8, 10).toString('latin1') !== '{"') return NOT_RECOGNISED;
    return { confidence: 0.9, reasons: ['The file starts with a header of safetensors.'] };
  },

  detect: async () => ({}),

  async open(source) {
    const { entries } = tensorEntries(await contentBytes(source));
    return arrayReader(entries.filter(({ code }) => code in TYPES).map(arrayOf), source.path);
  },
});

function arrayOf({ name, code, shape, bytes }: TensorEntry): DataArray {
  const [bytesPerValue, read] = TYPES[code];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = size(shape.slice(1));
  return {
    name,
    shape,
    discrete: !code.includes('F'),
    bytes: code === 'U8',
    read: async (start, end) =>
      Float64Array.from({ length: (end - start) * width }, (_, at) =>
        read(view, (start * width + at) * bytesPerValue),
      ),
  };
}

/** bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}
