import { expect, it } from 'vitest';
import { parseParams } from '../core/fields.ts';
import layer from './group.ts';

it('stands once where nothing else is said, and at least once', () => {
  expect(parseParams(layer.fields, { group: 'block' }).params).toEqual({ group: 'block', repeat: 1 });
  expect(parseParams(layer.fields, { repeat: 0 }).problems).toMatchObject([{ field: 'repeat' }]);
});
