import { expect, test } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import { webgpuTarget } from '../../engine/backends/webgpu/target.ts';
import type { Module } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import type { Plan } from '../../engine/passes/plan.ts';
import { moduleOf, valuesOf } from '../bench/model.ts';
import { WORKLOADS } from '../bench/workloads.ts';
import { launchChromium } from '../harness/chromium.ts';

const STEPS = 5;
const READ = ['metric.train.loss', 'hidden.kernel', 'scores.bias'];

async function onDawn(module: Module): Promise<{ plan: Plan; values: Record<string, number[]> }> {
  const executor = await createDawnExecutor({ software: true });
  const plan = compileModule(module, { target: webgpuTarget(executor.device), verify: true });
  const session = await executor.load(plan);
  for (const state of module.states) await session.upload(state.name, valuesOf(state, WORKLOADS.mlp));
  await session.run('train', STEPS);
  const read = await session.read(READ);
  await executor.close();
  return { plan, values: Object.fromEntries(READ.map((name) => [name, [...read[name]]])) };
}

async function pageScript(): Promise<string> {
  const entry = fileURLToPath(new URL('executor-page.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'executorPage' } },
  });
  const [{ output }] = [built].flat() as Rollup.RollupOutput[];
  return output[0].code;
}

test('training steps in a page, fed over a MessagePort, give the same numbers as in the engine process', async () => {
  const module = moduleOf(WORKLOADS.mlp);
  const { plan, values } = await onDawn(module);
  const uploads = Object.fromEntries(
    module.states.map((state) => [state.name, [...valuesOf(state, WORKLOADS.mlp)]]),
  );
  const browser = await launchChromium({ webgpu: true });
  try {
    const page = await browser.newPage();
    // Pages have WebGPU in secure contexts only; the address is answered here, nothing leaves the machine.
    await page.route('https://strata.test/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '' }),
    );
    await page.goto('https://strata.test/');
    await page.addScriptTag({ content: await pageScript() });
    const result = await page.evaluate(
      ([sent, data, steps, names]) => window.runPlan(sent, data, 'train', steps, names),
      [plan, uploads, STEPS, READ] as const,
    );
    expect(result.device).toMatch(/swiftshader/i);
    for (const name of READ) {
      expect(result.values[name]).toHaveLength(values[name].length);
      const apart = result.values[name].map((value, at) => Math.abs(value - values[name][at]));
      expect(apart.reduce((most, next) => Math.max(most, next), 0)).toBeLessThan(1e-5);
    }
  } finally {
    await browser.close();
  }
});
