import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

/** Does what docs/adding-a-layer.md says, in a copy of the project: its files are added, and nothing else is touched. */

const root = join(import.meta.dirname, '..', '..');
const copy = await mkdtemp(join(tmpdir(), 'strata-layer-'));
afterAll(() => rm(copy, { recursive: true }));

const run = promisify(execFile);
/** Runs Node in the copy and returns what it printed. */
const node = async (...parameters: string[]): Promise<string> =>
  (await run(process.execPath, parameters, { cwd: copy })).stdout;

it('a layer is its file and its test', { timeout: 120_000 }, async () => {
  const parts = ['engine', 'build', 'tests/conformance', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
  for (const part of parts) await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));

  const guide = await readFile(join(root, 'docs', 'adding-a-layer.md'), 'utf8');
  const files = [...guide.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(([, path, text]) => ({
    path,
    text,
  }));
  expect(files.map(({ path }) => path)).toEqual([
    'engine/layers/softplus.ts',
    'engine/layers/softplus.test.ts',
  ]);
  for (const { path, text } of files) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), text);
  }

  await node('build/generate-registries.mjs');
  const reporting = ['--reporter=json', '--outputFile=report.json'];
  await node('node_modules/vitest/vitest.mjs', 'run', 'engine/layers/softplus', ...reporting);
  expect(JSON.parse(await readFile(join(copy, 'report.json'), 'utf8'))).toMatchObject({
    success: true,
    numPassedTests: 4,
    numTotalTests: 4,
  });

  const script = `
    import { layerOf } from './engine/graph/catalogue.ts';
    import { checkGraph } from './engine/graph/check.ts';
    import { emptyDocument } from './engine/graph/document.ts';
    const node = (id, type) => ({ id, type, params: {}, trainable: true });
    const edge = { from: { node: 'in', port: 'output' }, to: { node: 'new', port: 'input' } };
    const document = { ...emptyDocument('copy'), nodes: [node('in', 'input'), node('new', 'softplus')], edges: [edge] };
    const { outputs, flops } = checkGraph(document).nodes.new;
    console.log(JSON.stringify({ title: layerOf('softplus').title, outputs, flops: flops > 0 }));`;
  expect(JSON.parse(await node('--input-type=module', '--eval', script))).toEqual({
    title: 'Softplus',
    outputs: { output: { dtype: 'f32', shape: ['batch', 4] } },
    flops: true,
  });
});
