import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  vi,
  type MockInstance,
} from 'vitest';
import { TABLE_VERSION } from '../backends/webgpu/wgsl/kernel-table.ts';
import type { DeviceInfo } from '../core/device.ts';
import { tileFile } from './tile-files.ts';

const card: DeviceInfo = {
  name: 'card',
  vendor: '',
  architecture: '',
  backend: 'vulkan',
  software: false,
  features: [],
  maxBufferBytes: 0,
  maxBuffersPerKernel: 8,
  adapter: 'card, driver 1',
};

let folder: string;
let log: MockInstance<typeof console.error>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-tiles-'));
});
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => log.mockRestore());
afterAll(() => rm(folder, { recursive: true }));

it('gives back what was added on the same adapter with the same driver', async () => {
  const file = join(folder, 'new', 'tiles.json');
  expect(await tileFile(file).read(card)).toEqual({});
  await tileFile(file).add(card, { a: '1', b: '2' });
  await tileFile(file).add({ ...card, adapter: 'card, driver 2' }, { a: '3' });
  await tileFile(file).add(card, { b: '4', c: '5' });
  expect(await tileFile(file).read(card)).toEqual({ a: '1', b: '4', c: '5' });
  expect(await tileFile(file).read({ ...card, adapter: 'card, driver 2' })).toEqual({ a: '3' });
  expect(await tileFile(file).read({ ...card, adapter: 'card, driver 3' })).toEqual({});
  expect(await tileFile(file).read({ ...card, backend: 'd3d12' })).toEqual({});
  expect(log).not.toHaveBeenCalled();
});

describe('a file that cannot be used', () => {
  it.each([
    ['cut off', '{"version": 1, "adapters": {"card'],
    ['something else', '{"version": 1, "adapters": {"card, driver 1 (vulkan)": [1, 2]}}'],
    ['empty', ''],
  ])('because it is %s is told of in the log, left there while it is read, and replaced', async (_, text) => {
    const file = join(folder, 'damaged.json');
    await writeFile(file, text);
    expect(await tileFile(file).read(card)).toEqual({});
    expect(log).toHaveBeenCalledWith(expect.stringContaining(`${file} cannot be read`), expect.anything());
    expect(await readFile(file, 'utf8')).toBe(text);
    await tileFile(file).add(card, { a: '1' });
    expect(await tileFile(file).read(card)).toEqual({ a: '1' });
  });

  it('because it is of other kernels counts as empty', async () => {
    const file = join(folder, 'old.json');
    const adapters = { 'card, driver 1 (vulkan)': { a: '1' } };
    await writeFile(file, JSON.stringify({ version: TABLE_VERSION, adapters }));
    expect(await tileFile(file).read(card)).toEqual({ a: '1' });
    await writeFile(file, JSON.stringify({ version: TABLE_VERSION - 1, adapters }));
    expect(await tileFile(file).read(card)).toEqual({});
    expect(log).not.toHaveBeenCalled();
  });

  it('because nothing can be written there is told of in the log', async () => {
    await tileFile(folder).add(card, { a: '1' });
    expect(log).toHaveBeenLastCalledWith(
      expect.stringContaining(`cannot be kept in ${folder}`),
      expect.anything(),
    );
  });
});
