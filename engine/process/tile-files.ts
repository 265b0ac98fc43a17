import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { TABLE_VERSION } from '../backends/webgpu/wgsl/kernel-table.ts';
import type { DeviceInfo } from '../core/device.ts';
import type { TileStore } from '../train/tiles.ts';
import { writeDurably } from './checkpoint-files.ts';

/** Tiles by problem, by adapter and driver. */
const TABLE = v.record(v.string(), v.record(v.string(), v.string()));
const FILE = v.object({ version: v.number(), adapters: TABLE });
type Table = v.InferOutput<typeof TABLE>;

/**
 * The file of all tiles that were timed on this machine. It saves time and nothing else, so that it never stops a run: where it
 * is damaged, was written for other kernels, or cannot be written, the log says so, and the tiles are as if never timed.
 */
export function tileFile(path: string): TileStore {
  return {
    read: async (device) => (await readTable(path))[adapterOf(device)] ?? {},
    async add(device, tiles) {
      const table = await readTable(path);
      const adapter = adapterOf(device);
      const adapters = { ...table, [adapter]: { ...table[adapter], ...tiles } };
      const text = JSON.stringify({ version: TABLE_VERSION, adapters }, null, 2);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeDurably(path, `${text}\n`);
      } catch (error) {
        console.error(`Timed tiles cannot be kept in ${path}:`, error);
      }
    },
  };
}

const adapterOf = ({ adapter, name, backend }: DeviceInfo): string => `${adapter ?? name} (${backend})`;

async function readTable(path: string): Promise<Table> {
  try {
    const { version, adapters } = v.parse(FILE, JSON.parse(await readFile(path, 'utf8')));
    return version === TABLE_VERSION ? adapters : {};
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      console.error(`The timed tiles in ${path} cannot be read; they are timed and written anew:`, error);
    return {};
  }
}
