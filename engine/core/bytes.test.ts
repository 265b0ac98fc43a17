import { expect, it } from 'vitest';
import { formatBytes, parseBytes } from './bytes.ts';

it('reads sizes as people write them', () => {
  const written = ['2GB', '500 MB', '1.5GiB', '4096', '64k', '1 TiB'];
  expect(written.map(parseBytes)).toEqual([2e9, 5e8, 1.5 * 2 ** 30, 4096, 64_000, 2 ** 40]);
  expect(['', 'much', '-1GB', '1 XB', '1,5GB'].map(parseBytes)).toEqual(Array(5).fill(undefined));
});

it('writes sizes for people', () => {
  expect([0, 512, 1536, 67_108_864, 157_286_400].map(formatBytes)).toEqual([
    '0 B',
    '512 B',
    '1.5 KiB',
    '64 MiB',
    '150 MiB',
  ]);
});
