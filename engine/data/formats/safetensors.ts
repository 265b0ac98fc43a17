import { stat } from 'node:fs/promises';
import { headerBytes, misplaced, tensorEntries, type TensorEntry } from '../../core/safetensors.ts';
import type { Problem } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import { arrayReader, type DataArray } from '../sources/arrays.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { fileOf, type Source } from '../sources/source.ts';
import {
  BF16,
  BOOL,
  bytesAt,
  F16,
  F32,
  F64,
  I16,
  I32,
  I64,
  I8,
  U16,
  U32,
  U64,
  U8,
  valuesIn,
  type ValueType,
} from '../sources/typed-values.ts';

/** All are little-endian. */
const TYPES: Readonly<Record<string, ValueType>> = {
  ...{ BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 },
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
    return openTensors(source);
  },
});

async function openTensors(source: Source): Promise<Reader> {
  const file = await fileOf(source);
  const { size: length } = await stat(file);
  const beginning = async (bytes: number) => (await bytesAt(file, [0], Math.min(bytes, length)))[0];
  const header = await beginning(headerBytes(await beginning(8)));
  const { entries } = tensorEntries(header, length);
  const read = entries.filter(({ code }) => Object.hasOwn(TYPES, code));
  const others = entries.filter((entry) => !read.includes(entry));
  return arrayReader(
    read.map((entry) => arrayOf(file, entry)),
    source.path,
    others.map((entry) => leftOut(source.path, entry)),
  );
}

/** Throws `TENSOR_FILE_CORRUPT`. */
function arrayOf(file: string, { name, code, shape, start, end }: TensorEntry): DataArray {
  const type = TYPES[code];
  if (end - start !== size(shape) * type.bytes) throw misplaced(name);
  const width = size(shape.slice(1));
  const row = width * type.bytes;
  return {
    name,
    shape,
    discrete: type.discrete,
    bytes: type === U8,
    async read(from, to) {
      const [bytes] = await bytesAt(file, [start + from * row], (to - from) * row);
      return valuesIn(bytes, { type, little: true, start: 0, step: type.bytes, count: (to - from) * width });
    },
  };
}

function leftOut(where: string, { name, code }: TensorEntry): Problem {
  return {
    code: 'TENSOR_TYPE',
    message: `The tensor "${name}" is of a type that Strata does not read. It was left out.`,
    where,
    got: code,
    expected: Object.keys(TYPES).join(', '),
    fix: 'Write it as another type, such as F32.',
  };
}
