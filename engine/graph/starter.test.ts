import { describe, expect, it } from 'vitest';
import type { Column, DatasetSchema } from '../core/dataset.ts';
import { checkGraph } from './check.ts';
import { starterModel } from './starter.ts';

const column = (name: string, role: Column['role'], facts: Partial<Column>): Column => ({
  name,
  role,
  kind: 'number',
  dtype: 'f32',
  shape: [],
  missing: 0,
  ...facts,
});
const classes = ['a', 'b', 'c'];
const number = (name: string, role: Column['role'] = 'input') => column(name, role, {});
const category = (name: string, role: Column['role']) =>
  column(name, role, { kind: 'category', dtype: 'i32', classes });
const text = (name: string, role: Column['role']) =>
  column(name, role, { kind: 'text', dtype: 'i32', shape: [12], classes });
const image = column('image', 'input', { kind: 'image', dtype: 'u8', shape: [28, 28, 1] });
const sound = column('sound', 'input', { kind: 'audio', shape: [60, 40] });

const schema = (...columns: Column[]): DatasetSchema => ({
  version: 1,
  name: 'Test',
  columns,
  rows: { train: 100, validation: 20, test: 20 },
});

/** What a starter is made of, and what is wrong with it. */
function look(...columns: Column[]) {
  const data = schema(...columns);
  const document = starterModel(data, 'hash');
  return {
    document,
    problems: checkGraph(document, data).diagnostics,
    types: document.nodes.map(({ type }) => type),
  };
}

describe('a model to begin with', () => {
  it.each([
    [
      'numbers and categories',
      [number('x'), category('y', 'input'), category('z', 'target')],
      'cross-entropy',
    ],
    ['a number to predict', [number('x'), number('z', 'target')], 'mse'],
    ['several numbers to predict', [number('x'), number('y', 'target'), number('z', 'target')], 'mse'],
    ['an image', [image, category('z', 'target')], 'conv2d'],
    ['a sound', [sound, category('z', 'target')], 'conv1d'],
    ['a text', [text('x', 'input'), category('z', 'target')], 'embedding'],
    ['tags of tokens', [text('x', 'input'), text('z', 'target')], 'lstm'],
    [
      'two texts and a number',
      [text('x', 'input'), text('y', 'input'), number('n'), category('z', 'target')],
      'concat',
    ],
  ])('fits %s', (_, columns, expected) => {
    const { problems, types } = look(...columns);
    expect(problems).toEqual([]);
    expect(types).toContain(expected);
  });

  it('looks up categories of many classes', () => {
    const users = Array.from({ length: 100 }, (_, user) => `user ${user}`);
    const { problems, types } = look(
      { ...category('user', 'input'), classes: users },
      { ...category('item', 'input'), classes: users },
      number('rating', 'target'),
    );
    expect(problems).toEqual([]);
    expect(types.filter((type) => type === 'embedding')).toHaveLength(2);
  });

  it.each([1, 3])('forecasts %i steps of a series', (horizon) => {
    const past = ['x', 'y'].map((name) => column(name, 'input', { shape: [12, 1] }));
    const next = column('next y', 'target', { shape: horizon === 1 ? [] : [horizon], follows: 'y' });
    const windows = { time: { name: 't', kind: 'date', options: {} }, length: 12, horizon, stride: 1 };
    const data = { ...schema(...past, next), windows };
    const { nodes, edges, ...rest } = starterModel(data, 'hash');
    expect(checkGraph({ nodes, edges, ...rest }, data).diagnostics).toEqual([]);
    // What changes is added to the last value, which stands for every step.
    expect(nodes.some(({ type }) => type === 'repeat')).toBe(horizon > 1);
    expect(nodes.filter(({ type }) => type === 'add')).toHaveLength(1);
  });

  it('is told what is known ahead beside the past', () => {
    const past = ['x', 'y'].map((name) => column(name, 'input', { shape: [12, 1] }));
    const ahead = column('x ahead', 'input', { shape: [3, 1], follows: 'x' });
    const next = column('next y', 'target', { shape: [3], follows: 'y' });
    const windows = { time: { name: 't', kind: 'date', options: {} }, length: 12, horizon: 3, stride: 1 };
    const data = { ...schema(...past, ahead, next), windows };
    const model = starterModel(data, 'hash');
    expect(checkGraph(model, data).diagnostics).toEqual([]);
    const inputs = model.nodes.filter(({ type }) => type === 'input').map(({ params }) => params.columns);
    expect(inputs).toEqual(expect.arrayContaining([['x', 'y'], ['x ahead'], ['y']]));
  });

  it('goes through small data sets more often', () => {
    const epochs = (train: number) => {
      const data = schema(number('x'), number('z', 'target'));
      return starterModel({ ...data, rows: { ...data.rows, train } }, 'hash').training.epochs;
    };
    expect(epochs(100)).toBe(200);
    expect(epochs(100_000)).toBe(10);
  });

  it('says what it has no start for', () => {
    expect(() => look(number('x'))).toThrow(/no ready start/);
    expect(() => look(text('x', 'input'), category('y', 'target'), category('z', 'target'))).toThrow(
      /no ready start/,
    );
  });
});
