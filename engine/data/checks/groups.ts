import { SPLITS } from '../../core/dataset.ts';
import { decodeText } from '../../core/kept-text.ts';
import { size } from '../../core/shape.ts';
import { rowsAtOnce } from '../snapshots/batches.ts';
import { columnsIn, listed, type CheckedData, type CheckRecord } from './check.ts';

/** Groups that are remembered, at most; of more, the first ones. */
const MOST_GROUPS = 1_000_000;

const check: CheckRecord = {
  id: 'groups',
  title: 'Groups in several parts',
  doc: 'Groups of which some rows are for training and others for validation or test.',
  async run(data) {
    const columns = columnsIn(data.schema, 'group');
    // Windows of a series are divided by time: every group has its past and its future.
    if (columns.length === 0 || data.schema.windows) return [];
    const groups = await divided(data);
    const count = groups.length;
    if (count === 0) return [];
    return [
      {
        code: 'CHECK_GROUPS',
        message: `${count === 1 ? '1 group has' : `${count} groups have`} rows in several parts.`,
        got: listed(groups),
        where: `groups by ${listed(columns.map(({ name }) => name))}`,
        fix: 'Divide the rows by group, and let the column or files that name parts give all rows of a group the same one, so that the model is measured on groups that it has never seen.',
      },
    ];
  },
};
export default check;

/** Groups that have rows in more than one part: what all group columns say together is the name of a group. */
async function divided(data: CheckedData): Promise<readonly string[]> {
  const columns = columnsIn(data.schema, 'group');
  const most = rowsAtOnce(columns);
  const partOf = new Map<string, number>();
  const several = new Set<string>();
  for (const [part, split] of SPLITS.entries()) {
    for (let first = 0; first < data.schema.rows[split]; first += most) {
      const read = await Promise.all(columns.map((column) => data.read(split, column, first, most)));
      const widths = columns.map(({ shape }) => size(shape));
      for (let row = 0; row < read[0].length / widths[0]; row++) {
        const name = read
          .map((values, at) =>
            decodeText(values.subarray(row * widths[at], (row + 1) * widths[at]) as Uint8Array),
          )
          .join(', ');
        const known = partOf.get(name);
        if (known === undefined && partOf.size < MOST_GROUPS) partOf.set(name, part);
        else if (known !== undefined && known !== part) several.add(name);
      }
    }
  }
  return [...several];
}
