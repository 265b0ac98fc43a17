import { describe, expect, it } from 'vitest';
import { RecordLayout } from './records.ts';

function tableOf(records: readonly object[]) {
  const layout = new RecordLayout(records);
  return {
    names: layout.names,
    kinds: Object.fromEntries([...layout.lists].map(([name, { kind, role }]) => [name, `${kind} ${role}`])),
    rows: records.map((record) => layout.rowOf(record)),
    layout,
  };
}

describe('records', () => {
  it('have their values by path', () => {
    const { names, kinds, rows } = tableOf([
      { a: { b: 1 }, c: [2, 3] },
      { c: [4, 5], d: true },
    ]);
    expect({ names, kinds }).toEqual({ names: ['a.b', 'c.0', 'c.1', 'd'], kinds: {} });
    expect(rows).toEqual([
      [1, 2, 3, null],
      [null, 4, 5, 'true'],
    ]);
  });

  it('keep lists of texts as tokens, and a list of as many as tags', () => {
    const { names, kinds, rows } = tableOf([
      { tokens: ['a', 'b', 'c'], tags: [0n, 1n, 0n], more: ['x'] },
      { tokens: ['d'], tags: [1n], more: [] },
      { tokens: [], tags: [], more: null },
    ]);
    expect(names).toEqual(['tokens', 'tags', 'more']);
    expect(kinds).toEqual({ tokens: 'text input', tags: 'tags target', more: 'text input' });
    expect(rows).toEqual([
      [['a', 'b', 'c'], ['0', '1', '0'], ['x']],
      [['d'], ['1'], []],
      [[], [], null],
    ]);
  });

  it('keep many numbers of one shape as a tensor', () => {
    const image = [1, 2, 3, 4, 5].map((row) => [row, 0, 0.5, -1]);
    const { layout, kinds, rows } = tableOf([
      { image, few: [1, 2] },
      { image, few: [3, 4] },
    ]);
    expect(layout.names).toEqual(['image', 'few.0', 'few.1']);
    expect(kinds).toEqual({ image: 'tensor input' });
    expect(layout.lists.get('image')?.shape).toEqual([5, 4]);
    expect(rows[0]).toEqual([Float32Array.from(image.flat()), 1, 2]);
    expect(layout.rowOf({ image: [1], few: 7 })).toEqual(['[1]', null, null]);
  });

  it('keep numbers of different lengths as sequences, with as many in each step', () => {
    const { kinds, rows, layout } = tableOf([
      {
        signal: [1, 2, 3],
        track: [
          [1, 2],
          [3, 4],
        ],
      },
      { signal: [0.5], track: [[5, 6]] },
    ]);
    expect(kinds).toEqual({ signal: 'sequence input', track: 'sequence input' });
    expect(layout.lists.get('track')?.options).toEqual({ channels: 2 });
    expect(rows[0]).toEqual([Float32Array.of(1, 2, 3), Float32Array.of(1, 2, 3, 4)]);
  });

  it('of which some hold a list and others none have a column for each element', () => {
    expect(tableOf([{ a: ['x', 'y'] }, { a: 'z' }]).names).toEqual(['a.0', 'a.1', 'a']);
    expect(tableOf([['x', 'y'], ['z']]).rows).toEqual([
      ['x', 'y'],
      ['z', null],
    ]);
  });

  it('leave bytes out', () => {
    expect(tableOf([{ a: new Uint8Array(1000), b: 1 }]).rows).toEqual([[null, 1]]);
  });
});
