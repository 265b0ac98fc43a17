import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEVICE_VARIABLE } from '../../engine/process/protocol.ts';
import type { EngineStatus } from '../contract.ts';
import type { EngineProcess, Host } from '../host.ts';
import { nodeHost } from '../node-host.ts';
import { EngineService } from './engine.ts';

/** A driver file that is not there: Dawn then finds no adapter, whatever the machine has. */
const NO_DRIVER = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };

let folder: string;
let service: EngineService;
let spawned: EngineProcess[];
let states: EngineStatus[];
let deaths: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-engine-'));
  spawned = [];
  states = [];
  deaths = 0;
});
afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

function make(environment: Record<string, string>): EngineService {
  const host = nodeHost(join(folder, 'log'));
  const watched: Host = {
    ...host,
    spawnEngine: (additions) => {
      const child = host.spawnEngine(additions);
      spawned.push(child);
      return child;
    },
  };
  return new EngineService(
    watched,
    {
      status: (status) => states.push(status),
      died: () => deaths++,
      run: () => {},
      generated: () => {},
      progress: () => {},
    },
    environment,
  );
}

const isRunning = ({ pid }: EngineProcess) => {
  try {
    return process.kill(pid!, 0);
  } catch {
    return false;
  }
};

describe('EngineService', () => {
  it('starts the engine at the first call, once', async () => {
    service = make({});
    expect(spawned).toHaveLength(0);
    const [samples, { optimizers, schedules }] = await Promise.all([
      service.api.samples(),
      service.api.trainingCatalog(),
    ]);
    expect(samples.map(({ reference }) => reference)).toContain('sample:iris');
    expect(optimizers.map(({ id }) => id)).toContain('adam');
    expect(schedules.map(({ id }) => id)).toContain('cosine');
    expect(spawned).toHaveLength(1);
  });

  it('says that there is no adapter where one was asked for, and goes on with what needs none', async () => {
    service = make({ ...NO_DRIVER, [DEVICE_VARIABLE]: 'gpu' });
    expect(await service.api.samples()).not.toEqual([]);
    expect(service.status).toMatchObject({ state: 'ready', device: null, problem: { code: 'NO_ADAPTER' } });
    await expect(service.api.device()).rejects.toMatchObject({ code: 'NO_ADAPTER' });
  });

  it('computes on the processor where there is no adapter', async () => {
    service = make(NO_DRIVER);
    expect(await service.api.device()).toMatchObject({ backend: 'wasm', software: true });
  });

  it('starts it again when it dies, tells who waits, and serves later calls', async () => {
    service = make({});
    await service.api.samples();
    const first = spawned.at(-1)!;
    process.kill(first.pid!, 'SIGKILL');
    await expect.poll(() => deaths).toBe(1);
    expect(states.at(-1)).toMatchObject({
      state: 'restarting',
      problem: { code: 'ENGINE_DIED', got: 'signal SIGKILL' },
    });
    expect(await service.api.samples()).not.toEqual([]);
    expect(spawned.at(-1)!.pid).not.toBe(first.pid);
  });

  it('rejects calls that are under way when it dies', async () => {
    service = make({});
    await service.api.samples();
    const child = spawned.at(-1)!;
    const call = service.api.preview({ jobId: 'look', path: 'sample:digits' });
    process.kill(child.pid!, 'SIGKILL');
    await expect(call).rejects.toMatchObject({ code: 'ENGINE_DIED' });
  });

  it('ends it for good', async () => {
    service = make({});
    await service.api.samples();
    await service.close();
    expect(isRunning(spawned.at(-1)!)).toBe(false);
    expect(deaths).toBe(0);
  });
});
