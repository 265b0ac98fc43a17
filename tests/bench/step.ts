// Time of one training step: `npm run bench [-- --profile] [-- mlp|cnn]`.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { allocate } from '../../engine/core/dtype.ts';
import { normal, uniform } from '../../engine/core/random.ts';
import { size } from '../../engine/core/shape.ts';
import type { Module, State } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import type { WebGpuExecutor } from '../../engine/backends/webgpu/executor.ts';
import type { WebGpuSession } from '../../engine/backends/webgpu/session.ts';
import { webgpuTarget } from '../../engine/backends/webgpu/target.ts';
import { cnn, mlp } from './workloads.ts';

const WORKLOADS: Readonly<Record<string, { build: () => Module; steps: number }>> = {
  mlp: { build: mlp, steps: 50 },
  cnn: { build: cnn, steps: 4 },
};
const ROUNDS = 7;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'boolean', default: false }, wgsl: { type: 'boolean', default: false } },
});
const executor = await createDawnExecutor();
const { name, architecture, backend } = executor.device;
console.log(`${name} (${architecture}, ${backend}), ${cpus().length} × ${cpus()[0].model}`);
for (const [workload, { build, steps }] of Object.entries(WORKLOADS)) {
  if (positionals.length === 0 || positionals.includes(workload))
    await measure(executor, workload, build(), steps);
}
await executor.close();

async function measure(executor: WebGpuExecutor, name: string, module: Module, steps: number): Promise<void> {
  const compiling = performance.now();
  const plan = compileModule(module, { target: webgpuTarget(executor.device) });
  const compiled = performance.now();
  const session = await executor.load(plan);
  const loaded = performance.now();
  if (options.wgsl) for (const { label, code } of plan.kernels) console.log(`// ${label}\n${code}`);
  for (const state of module.states) await session.upload(state.name, initialValues(state));
  await session.run('train', 1);
  const first = await lossOf(session);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await session.run('train', steps);
    await session.idle();
    times.push((performance.now() - start) / steps);
  }
  const last = await lossOf(session);
  report(name, plan, times, [compiled - compiling, loaded - compiled], [first, last]);
  if (options.profile) await profile(session);
  await session.dispose();
}

function report(
  name: string,
  plan: Plan,
  times: number[],
  [compile, load]: number[],
  [first, last]: number[],
): void {
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  const [{ steps, flops }] = plan.programs;
  console.log(
    [
      `${name}: ${median.toFixed(2)} ms per step (best ${Math.min(...times).toFixed(2)})`,
      `${(flops / median / 1e6).toFixed(2)} GFLOP/s`,
      `${steps.length} dispatches and copies, ${plan.kernels.length} kernels`,
      `${(plan.peakBytes / 1e6).toFixed(1)} MB`,
      `compiled in ${compile.toFixed(0)} ms, pipelines in ${load.toFixed(0)} ms`,
      `loss ${first.toFixed(4)} → ${last.toFixed(4)}`,
    ].join(' · '),
  );
}

async function profile(session: WebGpuSession): Promise<void> {
  const rows = await session.profile('train');
  const total = rows.reduce((sum, row) => sum + row.nanoseconds, 0);
  for (const { label, nanoseconds } of rows.toSorted((a, b) => b.nanoseconds - a.nanoseconds)) {
    const share = ((100 * nanoseconds) / total).toFixed(1);
    console.log(`  ${(nanoseconds / 1e6).toFixed(3).padStart(9)} ms ${share.padStart(5)} %  ${label}`);
  }
}

async function lossOf(session: WebGpuSession): Promise<number> {
  return (await session.read(['loss'])).loss[0];
}

function initialValues({ type: { dtype, shape }, init, name }: State): ReturnType<typeof allocate> {
  const data = allocate(dtype, size(shape));
  for (let index = 0; index < data.length; index++) {
    if (init.kind === 'uniform') data[index] = init.limit * (2 * uniform(1, name.length, 0, index) - 1);
    if (init.kind === 'normal') data[index] = init.standardDeviation * normal(1, name.length, 0, index);
    if (init.kind === 'constant') data[index] = init.value;
    if (init.kind === 'upload')
      data[index] = Math.floor(uniform(1, name.length, 0, index) * (dtype === 'u8' ? 256 : 10));
  }
  return data;
}
