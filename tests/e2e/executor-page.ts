import { connectExecutor, serveExecutor } from '../../engine/backends/port.ts';
import { createPageExecutor } from '../../engine/backends/webgpu/page.ts';
import type { Plan } from '../../engine/passes/plan.ts';

/** What executor-page.spec.ts runs inside of the browser: the executor behind a port, as in the hidden window. */
async function runPlan(
  plan: Plan,
  uploads: Readonly<Record<string, readonly number[]>>,
  program: string,
  times: number,
  names: readonly string[],
): Promise<{ device: string; values: Record<string, number[]> }> {
  const { port1, port2 } = new MessageChannel();
  const page = await createPageExecutor();
  serveExecutor(port1, page);
  const executor = await connectExecutor(port2);
  const session = await executor.load(plan);
  const bytes = new Set(plan.states.filter(({ dtype }) => dtype === 'u8').map(({ name }) => name));
  const whole = new Set(plan.states.filter(({ dtype }) => dtype === 'i32').map(({ name }) => name));
  for (const [name, values] of Object.entries(uploads)) {
    const Kind = bytes.has(name) ? Uint8Array : whole.has(name) ? Int32Array : Float32Array;
    await session.upload(name, Kind.from(values));
  }
  await session.run(program, times);
  const read = await session.read(names);
  await session.dispose();
  await executor.close();
  const values = Object.fromEntries(Object.entries(read).map(([name, array]) => [name, [...array]]));
  return { device: executor.device.name, values };
}

declare global {
  interface Window {
    runPlan: typeof runPlan;
  }
}
window.runPlan = runPlan;
