import type { Executor } from '../../engine/backends/executor.ts';
import type { Plan, PlanStep } from '../../engine/passes/plan.ts';
import { compileWorkload, fill } from './model.ts';
import { WORKLOADS, type WorkloadName } from './workloads.ts';

/** Runs of each dispatch. */
const RUNS = 30;

/** Prints the code of every kernel of a workload. */
export function printCode(executor: Executor, name: WorkloadName): void {
  const { plan } = compileWorkload(WORKLOADS[name], executor);
  for (const { label, code } of plan.kernels) console.log(`// ${label}\n${code}`);
}

/** Times every dispatch of a workload's step by itself: each as a program of its own, many times over. */
export async function profile(executor: Executor, name: WorkloadName): Promise<void> {
  const workload = WORKLOADS[name];
  const { module, plan } = compileWorkload(workload, executor);
  const [{ steps }] = plan.programs;
  const single = steps.map((step, at) => ({ name: `${at}`, steps: [step], outputs: [], flops: 0 }));
  const session = await executor.load({ ...plan, programs: single });
  await fill(session, module, workload);
  const rows: { label: string; milliseconds: number }[] = [];
  for (const [at, step] of steps.entries()) {
    await session.run(`${at}`, RUNS);
    await session.idle();
    const start = performance.now();
    await session.run(`${at}`, RUNS);
    await session.idle();
    rows.push({ label: labelOf(plan, step), milliseconds: (performance.now() - start) / RUNS });
  }
  await session.dispose();
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  console.log(`${name}: ${total.toFixed(3)} ms in ${rows.length} dispatches and copies, each by itself`);
  for (const { label, milliseconds } of rows.toSorted((a, b) => b.milliseconds - a.milliseconds)) {
    const share = ((100 * milliseconds) / total).toFixed(1);
    console.log(`  ${milliseconds.toFixed(4).padStart(9)} ms ${share.padStart(5)} %  ${label}`);
  }
}

function labelOf({ kernels }: Plan, step: PlanStep): string {
  if ('copy' in step) return 'copy';
  if ('repeat' in step) return `${step.repeat.steps.length} steps × ${step.repeat.times}`;
  return `${kernels[step.kernel].label} × ${step.workgroups.join(' × ')}`;
}
