// Speed of a training step, side by side with other engines:
//   npm run bench [-- --engines strata-cpu,tfjs-wasm] [-- --rounds 7] [-- --software] [-- mlp cnn char transformer]
//   npm run bench -- --profile|--code [--device gpu|cpu] mlp
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { StrataError } from '../../engine/core/errors.ts';
import { softwareVulkanEnvironment } from '../harness/software-vulkan.ts';
import { compare, type Measured } from './compare.ts';
import { ENGINES, EngineProcess, installPeers, type Environment } from './engines.ts';
import { openExecutor } from './model.ts';
import { printCode, profile } from './profile.ts';
import { printFacts, printTable, printTargets } from './report.ts';
import { WORKLOAD_NAMES, type WorkloadName } from './workloads.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engines: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    software: { type: 'boolean', default: false },
    device: { type: 'string', default: 'gpu' },
    profile: { type: 'boolean', default: false },
    code: { type: 'boolean', default: false },
  },
});
const workloads = WORKLOAD_NAMES.filter((name) => positionals.length === 0 || positionals.includes(name));
await (options.profile || options.code ? inspect(workloads) : compareAll(workloads));

async function inspect(names: readonly WorkloadName[]): Promise<void> {
  const executor = await openExecutor(options.device);
  for (const name of names) {
    if (options.code) printCode(executor, name);
    if (options.profile) await profile(executor, name);
  }
  await executor.close();
}

async function compareAll(names: readonly WorkloadName[]): Promise<void> {
  const wanted = options.engines.split(',').filter(Boolean);
  const engines = ENGINES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (engines.some(({ name }) => !name.startsWith('strata'))) installPeers();
  // Threads of PyTorch that wait by looking take the processor from those they wait for.
  const environment = { ...(await adapterEnvironment()), ...(busy() && { OMP_WAIT_POLICY: 'passive' }) };
  const [processor] = cpus();
  console.log(
    `${processor.model.trim()}, ${availableParallelism()} threads, ${process.platform} ${process.arch}, Node ${process.version}`,
  );
  if (busy())
    console.log(
      'Others use this machine: engines with several threads suffer most, and PyTorch’s are told to sleep while they wait.',
    );
  console.log(
    'Adam, float32, milliseconds per step: median (best) of rounds that the engines take in turn.\n',
  );
  const results = new Map<WorkloadName, readonly Measured[]>();
  const devices = new Map<string, string>();
  for (const workload of names) {
    const processes = engines.map((engine) => new EngineProcess(engine, environment));
    try {
      const measured = await compare(processes, workload, Number(options.rounds));
      for (const { engine, device } of measured) if (device) devices.set(engine, device);
      results.set(workload, measured);
      printTable(workload, measured);
    } finally {
      for (const each of processes) each.close();
    }
  }
  console.log('\nWhat they ran on');
  for (const [engine, device] of devices) console.log(`  ${engine.padEnd(14)} ${device}`);
  printFacts(results);
  printTargets(results);
}

/** Whether others keep more than half of the processor busy. */
function busy(): boolean {
  return loadavg()[0] > availableParallelism() / 2;
}

/** The environment in which WebGPU finds an adapter: the graphics card's, or the software one's. */
async function adapterEnvironment(): Promise<Environment> {
  if (!options.software) {
    try {
      await (await openExecutor('gpu')).close();
      return {};
    } catch (error) {
      if (!(error instanceof StrataError && error.code === 'NO_ADAPTER')) throw error;
    }
  }
  return (await softwareVulkanEnvironment()) ?? {};
}
