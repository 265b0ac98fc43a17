import { SPLITS, type Column, type Split } from '../../core/dataset.ts';
import type { Problem } from '../../core/errors.ts';
import { columnsIn, isScalar, listed, type CheckedData, type CheckRecord } from './check.ts';

/** The largest class may be this many times as large as the smallest. */
const MOST_RATIO = 10;
/** Training rows that a class should have. */
const FEWEST = 10;

const check: CheckRecord = {
  id: 'imbalance',
  title: 'Classes that are rare or missing',
  doc: 'Classes of the target with few rows, with far fewer than others, or with none in one of the parts.',
  async run(data) {
    const targets = columnsIn(data.schema, 'target').filter((column) => column.classes && isScalar(column));
    const found = await Promise.all(targets.map((target) => look(data, target)));
    return found.flat();
  },
};
export default check;

async function look(data: CheckedData, target: Column): Promise<Problem[]> {
  const { name, classes = [] } = target;
  const counts = await countsOf(data, target);
  const where = `column "${name}"`;
  const having = (test: (at: number) => boolean) => classes.filter((_, at) => test(at));
  const rare = having((at) => counts.train[at] > 0 && counts.train[at] < FEWEST);
  const [most, least] = [Math.max(...counts.train), Math.min(...counts.train.filter((count) => count > 0))];
  const absent = SPLITS.filter((split) => data.schema.rows[split] > 0).flatMap((split) => {
    const none = having((at) => counts[split][at] === 0);
    return none.length === 0 ? [] : [{ split, none }];
  });
  return [
    ...absent.map(({ split, none }) => ({
      code: 'CHECK_CLASS_ABSENT',
      message: `The ${split === 'train' ? 'training' : split} part has no rows of ${listed(none)}.`,
      where,
      fix: 'Divide the rows at random and stratified, make the part larger, or join rare classes when you import.',
    })),
    ...(rare.length > 0
      ? [
          {
            code: 'CHECK_CLASS_RARE',
            message: `${listed(rare)} ${rare.length === 1 ? 'has' : 'have'} fewer than ${FEWEST} training rows.`,
            where,
            fix: 'Collect more rows of them, or join rare classes when you import.',
          },
        ]
      : []),
    ...(most > MOST_RATIO * least
      ? [
          {
            code: 'CHECK_IMBALANCE',
            message: `The largest class has ${Math.round(most / least)} times as many training rows as the smallest.`,
            where,
            got: `${most} and ${least} rows`,
            fix: 'Let the loss weigh classes (Weighting: balanced), and do not judge the model by its accuracy alone.',
          },
        ]
      : []),
  ];
}

async function countsOf(data: CheckedData, target: Column): Promise<Record<Split, number[]>> {
  const empty = (): number[] => (target.classes ?? []).map(() => 0);
  const counts = { train: empty(), validation: empty(), test: empty() };
  for (const split of SPLITS)
    for await (const batch of data.batches(split, target)) for (const code of batch) counts[split][code]++;
  return counts;
}
