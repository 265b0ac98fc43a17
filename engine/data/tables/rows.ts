import type { Cell, Cells, Rows } from '../format.ts';

/** The cells of one column of a batch, however its reader delivers rows. */
export function columnOf(rows: Rows, index: number): Cells {
  if ('columns' in rows) return rows.columns[index];
  return {
    at: (row) => rows[row][index],
    numbers(into) {
      for (let row = 0; row < rows.length; row++) {
        const cell = rows[row][index];
        into[row] = typeof cell === 'number' ? cell : Number.NaN;
      }
    },
  };
}

/** A batch row by row, at most so many. */
export function listed(rows: Rows, most = Infinity): readonly (readonly Cell[])[] {
  if (!('columns' in rows)) return rows.slice(0, most);
  const length = Math.min(rows.length, most);
  return Array.from({ length }, (_, row) => rows.columns.map((cells) => cells.at(row)));
}
