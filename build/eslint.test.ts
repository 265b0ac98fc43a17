import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();

async function rulesBroken(file: string, source: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(source, { filePath: file });
  return result.messages.map(({ ruleId }) => ruleId);
}

describe('import directions', () => {
  it.each([
    ['engine/core/x.ts', "export { add } from '../ops/add.ts';", 'boundaries/dependencies'],
    ['engine/layers/x.ts', "export { checkGraph } from '../graph/check.ts';", 'boundaries/dependencies'],
    ['engine/data/x.ts', "export { lower } from '../passes/lower.ts';", 'boundaries/dependencies'],
    ['engine/train/x.ts', "export { StrataApp } from '../../main/app.ts';", 'boundaries/dependencies'],
    ['renderer/ui/x.ts', "export { lower } from '../../engine/passes/lower.ts';", 'boundaries/dependencies'],
    ['renderer/ui/x.ts', "export { StrataApp } from '../../main/app.ts';", 'boundaries/dependencies'],
    ['engine/ops/x.ts', "export { readFileSync } from 'node:fs';", 'no-restricted-imports'],
    ['main/services/x.ts', "export { app } from 'electron';", 'no-restricted-imports'],
    ['engine/process/x.ts', "export { app } from 'electron';", 'no-restricted-imports'],
    [
      'engine/train/x.ts',
      'export const lose = (device: GPUDevice) => device.destroy();',
      'no-restricted-syntax',
    ],
  ])('%s may not say %s', async (file, source, rule) => {
    expect(await rulesBroken(file, `${source}\n`)).toContain(rule);
  });

  it.each([
    ['engine/passes/x.ts', "export { add } from '../ops/add.ts';"],
    ['engine/data/x.ts', "export { readFileSync } from 'node:fs';"],
    ['renderer/ui/x.ts', "export { checkGraph } from '../../engine/graph/check.ts';"],
    ['renderer/ui/x.ts', "export type { RunEvent } from '../../engine/process/protocol.ts';"],
    ['main/desktop/x.ts', "export { app } from 'electron';"],
  ])('%s may say %s', async (file, source) => {
    expect(await rulesBroken(file, `${source}\n`)).toEqual([]);
  });
});
