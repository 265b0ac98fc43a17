import type { Column } from '../../core/dataset.ts';
import type { Problem } from '../../core/errors.ts';
import { readingRooms } from '../snapshots/batches.ts';
import { rowBytes } from '../snapshots/snapshot.ts';
import { columnsIn, isScalar, type CheckedData, type CheckRecord } from './check.ts';

/** Numbers that go together more than this are one and the same. */
const CORRELATED = 0.999;
/** Different values that are looked at; columns with more are judged by their correlation. */
const MOST_VALUES = 1000;
/** Rows that each value needs on average, so that it is no accident that it goes with one target. */
const ROWS_PER_VALUE = 5;

const check: CheckRecord = {
  id: 'leakage',
  title: 'Inputs that give the target away',
  doc: 'Inputs that equal the target, decide it one by one, or correlate with it almost entirely.',
  async run(data) {
    const [target, ...others] = columnsIn(data.schema, 'target').filter(isScalar);
    if (!target || others.length > 0) return [];
    const found: Problem[] = [];
    for (const input of columnsIn(data.schema, 'input').filter(isScalar)) {
      const how = await compare(data, input, target);
      if (!how) continue;
      found.push({
        code: 'CHECK_LEAKAGE',
        message: `"${input.name}" gives the target away: ${how}.`,
        where: `column "${input.name}"`,
        fix: `Ignore the column when you import, unless it is known before "${target.name}" is.`,
      });
    }
    return found;
  },
};
export default check;

/** How an input decides the target in the training part; null where it does not. */
async function compare(data: CheckedData, input: Column, target: Column): Promise<string | null> {
  const numbers = input.classes === undefined && target.classes === undefined;
  const pairs = new Pairs();
  let first = 0;
  const room = readingRooms();
  for await (const values of data.batches('train', input)) {
    const targets = await data.read(
      'train',
      target,
      first,
      values.length,
      room(values.length * rowBytes(target)),
    );
    for (let row = 0; row < values.length; row++) pairs.add(values[row], targets[row]);
    first += values.length;
    if (!numbers && !pairs.decided) return null;
  }
  return pairs.finding(numbers);
}

class Pairs {
  private rows = 0;
  private equal = true;
  /** The target of each value; undefined as soon as one has two, or there are too many. */
  private targets: Map<number, number> | undefined = new Map();
  private meanX = 0;
  private meanY = 0;
  private xx = 0;
  private yy = 0;
  private xy = 0;

  /** False as soon as a value has two targets, or there are too many values to say. */
  get decided(): boolean {
    return this.targets !== undefined;
  }

  add(x: number, y: number): void {
    this.rows++;
    if (x !== y) this.equal = false;
    const known = this.targets?.get(x);
    if (known === undefined) this.targets?.set(x, y);
    if ((known ?? y) !== y || (this.targets?.size ?? 0) > MOST_VALUES) this.targets = undefined;
    const dx = x - this.meanX;
    this.meanX += dx / this.rows;
    const dy = y - this.meanY;
    this.meanY += dy / this.rows;
    this.xx += dx * (x - this.meanX);
    this.yy += dy * (y - this.meanY);
    this.xy += dx * (y - this.meanY);
  }

  finding(numbers: boolean): string | null {
    if (this.xx === 0 || this.yy === 0) return null;
    if (numbers && this.equal) return 'it is the same in every training row';
    const values = this.targets?.size ?? Infinity;
    if (this.rows >= ROWS_PER_VALUE * values)
      return 'each of its values has only one target in the training part';
    const correlation = this.xy / Math.sqrt(this.xx * this.yy);
    if (!numbers || Math.abs(correlation) <= CORRELATED) return null;
    return `their correlation is ${correlation.toFixed(5)}`;
  }
}
