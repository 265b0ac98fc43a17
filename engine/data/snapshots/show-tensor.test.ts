import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Shown } from '../../core/browse.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { heatMap } from '../images/pictures.ts';
import { showTensor } from './show-tensor.ts';

describe('a stored tensor', () => {
  it('of one axis is a curve that keeps its peaks when it is thinned out', async () => {
    const signal = Float32Array.from({ length: 1000 }, (_, at) => (at === 417 ? 9 : at === 418 ? -9 : 0));
    const shown = (await showTensor(signal, { shape: [1000, 1] }, 20)) as Extract<Shown, { form: 'curves' }>;
    expect(shown.curves[0]).toHaveLength(20);
    expect(shown.curves[0].slice(8, 10).join()).toBe('9,-9');
  });

  it('of few channels is a curve for each', async () => {
    const steps = Float32Array.of(1, 10, 2, 20, 3, 30);
    expect(await showTensor(steps, { shape: [3, 2] }, 20)).toMatchObject({
      curves: [
        [1, 2, 3],
        [10, 20, 30],
      ],
    });
  });

  it('of more axes is told in words', async () => {
    const volume = Float32Array.from({ length: 8 }, (_, at) => at);
    expect(await showTensor(volume, { shape: [2, 2, 2] }, 20)).toEqual({
      form: 'text',
      text: '2 × 2 × 2 values from 0 to 7',
    });
  });
});

describe('a heat map', () => {
  it('is lighter where values are larger, and as large as the matrix', async () => {
    const shown = await heatMap(Float32Array.of(0, 1, 2, 3, 4, 5), 2, 3, 100);
    const { url } = shown as Extract<Shown, { form: 'picture' }>;
    const { data, info } = await sharp(Buffer.from(url.split(',')[1], 'base64'))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.height, info.width]).toEqual([2, 3]);
    expect([...data]).toEqual([...data].sort((a, b) => a - b));
    expect(new Set(data).size).toBe(6);
  });

  it('of equal values has one colour', async () => {
    await expect(heatMap(Float32Array.of(2, 2), 1, 2, 10)).resolves.toMatchObject({
      alt: '1 × 2 values from 2 to 2',
    });
  });
});

it('tags that begin and go on with the same are of one type, and what is outside is of none', async () => {
  const column = {
    name: 'tags',
    role: 'target',
    kind: 'tags',
    dtype: 'i32',
    shape: [5],
    classes: ['<pad>', 'B-person', 'I-person', 'O'],
    missing: 0,
  } as const;
  const shown = await kindOf('tags').read!(Int32Array.of(3, 1, 2, 0, 0), column, 1);
  const [outside, begin, inside, ...rest] = (shown as Extract<Shown, { form: 'tags' }>).tags;
  expect([outside, begin.name, inside.name, rest]).toEqual([
    { name: 'O', type: null },
    'B-person',
    'I-person',
    [],
  ]);
  expect(begin.type).toBe(inside.type);
});
