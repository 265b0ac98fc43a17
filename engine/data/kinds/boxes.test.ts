import { describe, expect, it } from 'vitest';
import { boxesWithin, type Box } from '../images/boxes.ts';
import boxes from './boxes.ts';

const box = (label: string, size: number): Box => ({ label, x: 0.5, y: 0.25, width: size, height: 0.5 });

async function fitted(rows: readonly (readonly Box[])[], length = 0) {
  const { params } = { params: { length } };
  const column = boxes.begin({ name: 'boxes', kind: 'boxes', role: 'target' }, params, new Map());
  const staged = rows.map((row) => column.stage({ boxes: row })!);
  return {
    staged,
    ...(await column.fit({
      name: 'boxes',
      role: 'target',
      normalise: true,
      async *rows() {
        yield staged;
      },
      // The last row is for the test.
      isTraining: (row) => row < rows.length - 1,
    })),
  };
}

describe('a column of boxes', () => {
  const rows = [[box('b10', 0.1), box('b9', 0.2)], [], [box('b9', 0.4), box('b9', 0.1), box('b10', 0.3)]];

  it('has as many as any training image, in the order of the annotation, and −1 where there are none', async () => {
    const { column, convert, staged } = await fitted(rows);
    expect(column).toEqual({
      dtype: 'f32',
      shape: [2, 5],
      classes: ['b9', 'b10'],
      counts: [3, 2],
      missing: 0,
    });
    expect(convert(staged[0])).toEqual(Float32Array.of(1, 0.5, 0.25, 0.1, 0.5, 0, 0.5, 0.25, 0.2, 0.5));
    expect(convert(staged[1])).toEqual(Float32Array.of(-1, 0, 0, 0, 0, -1, 0, 0, 0, 0));
  });

  it('keeps the largest where there are more, in their order', async () => {
    const { convert, staged } = await fitted(rows);
    expect(convert(staged[2])).toEqual(Float32Array.of(0, 0.5, 0.25, 0.4, 0.5, 1, 0.5, 0.25, 0.3, 0.5));
    const same = await fitted([[box('a', 0.2), box('b', 0.2), box('c', 0.2)], []], 2);
    expect(Array.from(same.convert(same.staged[0]) as Float32Array).filter((_, at) => at % 5 === 0)).toEqual([
      0, 1,
    ]);
  });

  it('of which none has a box is refused', async () => {
    await expect(fitted([[], []])).rejects.toMatchObject({ problem: { code: 'COLUMN_EMPTY' } });
  });

  it('tells what is in it, as read and as stored', async () => {
    const column = { name: 'boxes', kind: 'boxes', role: 'target' } as const;
    const cells = rows.map((found) => ({ boxes: found }));
    expect(await boxes.show?.(cells[1], column, cells)).toEqual({ form: 'boxes', boxes: [] });
    expect(await boxes.show?.(cells[0], column, cells)).toMatchObject({
      form: 'boxes',
      boxes: [
        { index: 1, name: 'b10', x: 0.5 },
        { index: 0, name: 'b9' },
      ],
    });
    const { column: made, convert, staged } = await fitted(rows);
    const shown = await boxes.read?.(convert(staged[0]) as Float32Array, { ...column, ...made }, 96);
    expect(shown).toMatchObject({
      form: 'boxes',
      boxes: [{ index: 1, name: 'b10', x: 0.5 }, { name: 'b9' }],
    });
    expect(boxes.read?.(convert(staged[1]) as Float32Array, { ...column, ...made }, 96)).toMatchObject({
      boxes: [],
    });
  });
});

describe('boxes of an image', () => {
  const size = { width: 200, height: 100 };
  const edges = (left: number, top: number, right: number, bottom: number) =>
    boxesWithin([{ label: 'a', left, top, right, bottom }], size, 'a.xml');

  it('are fractions of it', () => {
    expect(edges(20, 10, 60, 90)).toEqual({
      boxes: [{ label: 'a', x: 0.2, y: 0.5, width: 0.2, height: 0.8 }],
      problems: [],
    });
  });

  it.each([
    ['no width', [5, 5, 5, 9]],
    ['edges the wrong way round', [5, 9, 9, 5]],
    ['all of it outside', [201, 5, 209, 9]],
    ['no numbers', [NaN, 5, 9, 9]],
  ] as const)('with %s are left out', (_, [left, top, right, bottom]) => {
    expect(edges(left, top, right, bottom)).toMatchObject({
      boxes: [],
      problems: [{ code: 'BOX_EMPTY', where: 'a.xml' }],
    });
  });

  it('that reach over its edge are cut, which is told where it is more than rounding', () => {
    expect(edges(-50, 0, 100, 100)).toMatchObject({
      boxes: [{ x: 0.25, width: 0.5 }],
      problems: [{ code: 'BOX_CUT', got: 'x from -50 to 100, y from 0 to 100' }],
    });
    expect(edges(0, 0, 201, 100)).toMatchObject({ boxes: [{ width: 1 }], problems: [] });
  });
});
