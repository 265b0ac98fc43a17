import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { records } from '../../engine/ops/registry.gen.ts';

const files = readdirSync(new URL('../../engine/ops/', import.meta.url));

it.each(records.map(({ name }) => name))('the op %s has a file of its name and a test beside it', (name) => {
  expect(files).toContain(`${name}.ts`);
  expect(files).toContain(`${name}.test.ts`);
});

it('names each op once', () => {
  const names = records.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
