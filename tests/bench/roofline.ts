// What the adapter can do, and how much of it training steps and products reach: `npx node tests/bench/roofline.ts [workloads]`.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Executor } from '../../engine/backends/executor.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { StrataError } from '../../engine/core/errors.ts';
import { atOnce } from '../../engine/core/turns.ts';
import { Builder } from '../../engine/ir/builder.ts';
import type { State } from '../../engine/ir/program.ts';
import { matmul } from '../../engine/ops/matmul.ts';
import { arrangeModule } from '../../engine/passes/arrange.ts';
import { compileModule, writePlan } from '../../engine/passes/compile.ts';
import { softwareVulkanEnvironment } from '../harness/software-vulkan.ts';
import { bandwidth, demandOf } from './bounds.ts';
import { fill, moduleOf, openExecutor } from './model.ts';
import { measurePeaks, secondsOf, type Peaks } from './peaks.ts';
import { WORKLOADS, WORKLOAD_NAMES, type WorkloadName } from './workloads.ts';

/** Rows, columns and steps of the product, on a graphics card and in software. */
const EXTENT = 4096;
const SMALL_EXTENT = 512;

const chosen = process.argv.slice(2);
const names = WORKLOAD_NAMES.filter((name) => chosen.length === 0 || chosen.includes(name));

const executor = await open();
if (executor) {
  const { name, backend, software } = executor.device;
  console.log(
    `${name}, ${backend}${software ? ', in software' : ''}; ${cpus()[0].model.trim()}, ${availableParallelism()} threads, load ${loadavg()[0].toFixed(1)}`,
  );
  if (software)
    console.log('Times are those of the processor, all threads together: rates are those of one thread.');
  const peaks = await measurePeaks(executor);
  printPeaks(peaks);
  await printProduct(executor, peaks);
  console.log(
    '\nTraining steps: bound by arithmetic, by memory, kernel by kernel, with dispatches; best (median)',
  );
  for (const workload of names) await printStep(executor, peaks, workload);
  await executor.close();
}

/** The adapter, or none where this program has run again in an environment that has one in software. */
async function open(): Promise<Executor | undefined> {
  try {
    return await openExecutor('gpu');
  } catch (error) {
    const environment = await softwareVulkanEnvironment();
    const absent = error instanceof StrataError && error.code === 'NO_ADAPTER';
    if (!absent || !environment || process.env.VK_ICD_FILENAMES === environment.VK_ICD_FILENAMES) throw error;
    const { status } = spawnSync(process.execPath, process.argv.slice(1), {
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
    return undefined;
  }
}

function printPeaks({ flops, read, copy, dispatch, submit }: Peaks): void {
  console.log(`f32 multiply-adds in registers  ${(flops / 1e9).toFixed(2)} GFLOP/s`);
  console.log(
    `storage buffers                 read ${(read / 1e9).toFixed(2)} GB/s, read and write ${(copy / 1e9).toFixed(2)} GB/s`,
  );
  console.log(
    `a dispatch                      ${(dispatch * 1e6).toFixed(1)} µs; a submit and its end ${(submit * 1e6).toFixed(0)} µs`,
  );
}

async function printProduct(executor: Executor, peaks: Peaks): Promise<void> {
  const extent = executor.device.software ? SMALL_EXTENT : EXTENT;
  const b = new Builder('main');
  const state = (name: string): State => ({
    name,
    type: { dtype: 'f32', shape: [extent, extent] },
    role: 'parameter',
    init: { kind: 'zeros' },
  });
  const states = [state('x'), state('y'), state('z')];
  b.write(states[2], matmul(b, b.read(states[0]), b.read(states[1])));
  const plan = compileModule({ states, programs: [b.finish()] }, { target: targetOf(executor.device) });
  const session = await executor.load(plan);
  const { best, median } = await secondsOf(executor, session, 'main');
  await session.dispose();
  const rate = (seconds: number): number => plan.programs[0].flops / seconds;
  const share = (100 * rate(best)) / peaks.flops;
  console.log(
    `\nA product of ${extent}³ in f32: ${(rate(best) / 1e9).toFixed(2)} GFLOP/s (median ${(rate(median) / 1e9).toFixed(2)}), ${share.toFixed(0)} % of the peak`,
  );
}

async function printStep(executor: Executor, peaks: Peaks, name: WorkloadName): Promise<void> {
  const workload = WORKLOADS[name];
  const target = targetOf(executor.device);
  const module = moduleOf(workload);
  const arranged = atOnce(arrangeModule(module, { target }));
  const session = await executor.load(atOnce(writePlan(module, arranged, target)));
  await fill(session, module, workload);
  const { best, median } = await secondsOf(executor, session, 'train');
  await session.dispose();
  const demand = demandOf(arranged);
  const { flops, bytes, kernels } = demand;
  const roofline = demand.seconds(peaks);
  const bound = roofline + kernels * peaks.dispatch;
  const ms = (seconds: number): string => (seconds * 1e3).toPrecision(3);
  console.log(
    `  ${name.padEnd(12)} ${(flops / 1e6).toFixed(1)} MFLOP, ${(bytes / 1e6).toFixed(1)} MB, ${kernels} kernels: ` +
      `${ms(flops / peaks.flops)}, ${ms(bytes / bandwidth(peaks))}, ${ms(roofline)}, ${ms(bound)} ms; ` +
      `${ms(best)} (${ms(median)}) ms, ${((100 * bound) / best).toFixed(0)} % of the bound`,
  );
}
