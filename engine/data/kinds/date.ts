import type { DateFeature } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { boolean, choice } from '../../core/fields.ts';
import { DATE_FEATURES, dateFeatures, dateWidth, encodeDate } from '../dates/date-features.ts';
import { Moments } from '../fitting/moments.ts';
import { showTensor } from '../snapshots/show-tensor.ts';
import { parseTime, type NumberReading, type TimeReading } from '../dates/time.ts';
import { emptyColumn } from './empty.ts';
import { keptText, readKept, storeKept } from './kept.ts';
import { defineKind, type FitContext, type FittedColumn } from './kind.ts';

const seen = (feature: DateFeature, byDefault: boolean) =>
  boolean({ label: DATE_FEATURES[feature].label, help: DATE_FEATURES[feature].help, default: byDefault });

export default defineKind({
  id: 'date',
  title: 'Date or time',
  doc:
    'When a row was: a date, with a time or without, or a number that grows. As an input it becomes the numbers that you choose here, ' +
    'missing ones those of the mean date of the training rows; dates are read in UTC. In the role of the time it is kept as it is written and puts the rows in order.',
  fields: {
    dayFirst: boolean({
      label: 'Day first',
      help: 'Reads 3/4/2025 as the 3rd of April, not the 4th of March.',
      default: false,
    }),
    numbers: choice<NumberReading>({
      label: 'Plain numbers are',
      help: 'What a number says of the time.',
      default: 'order',
      options: [
        { value: 'order', label: 'just larger when later' },
        { value: 'seconds', label: 'seconds since 1970' },
        { value: 'milliseconds', label: 'milliseconds since 1970' },
        { value: 'digits', label: 'digits of a date: 20210304' },
      ],
    }),
    elapsed: seen('elapsed', true),
    hour: seen('hour', false),
    weekday: seen('weekday', true),
    dayOfMonth: seen('dayOfMonth', false),
    month: seen('month', true),
    dayOfYear: seen('dayOfYear', false),
  },
  steps: (fitted) => fitted,
  roles: ['input', 'time'],
  begin({ name, role }, { dayFirst, numbers, ...chosen }) {
    const reading = { dayFirst, numbers };
    const features = (Object.keys(DATE_FEATURES) as DateFeature[]).filter((feature) => chosen[feature]);
    const input = role === 'input';
    if (input && features.length === 0) throw noFeatures(name);
    return {
      form: 'text',
      ...(input && { missing: '' }),
      stage(cell) {
        if (typeof cell === 'object') return undefined;
        const text = String(cell).trim();
        return Number.isNaN(parseTime(text, reading)) ? undefined : text;
      },
      time: (staged) => parseTime(String(staged), reading),
      fit: input ? (context) => fitFeatures(context, reading, features) : keptText,
    };
  },
  store(cell, { date, shape }) {
    if (typeof cell !== 'string' && typeof cell !== 'number') return undefined;
    const text = String(cell).trim();
    if (!date) return isTime(text) ? storeKept(text, shape) : undefined;
    const features = encodeDate(text, date);
    return features && Float32Array.from(features);
  },
  read(stored, column, size) {
    const { date, shape } = column;
    if (!date) return readKept(stored);
    if (shape.length > 1) return showTensor(stored, column, size);
    let at = 0;
    const told = date.features.map((feature) => {
      const { label, width } = DATE_FEATURES[feature];
      const values = stored.subarray(at, (at += width));
      return `${label} ${Array.from(values, (value) => Number(value.toPrecision(3))).join(', ')}`;
    });
    return { form: 'text', text: told.join(' · ') };
  },
});

/** True where a text is a time, whichever way it is read. */
const isTime = (text: string): boolean =>
  [false, true].some((dayFirst) => !Number.isNaN(parseTime(text, { dayFirst, numbers: 'order' })));

async function fitFeatures(
  { name, rows, isTraining }: FitContext,
  reading: TimeReading,
  features: readonly DateFeature[],
): Promise<FittedColumn> {
  const moments = new Moments();
  let missing = 0;
  let row = 0;
  for await (const batch of rows()) {
    for (const staged of batch) {
      const time = parseTime(String(staged), reading);
      if (Number.isNaN(time)) missing++;
      else if (isTraining(row)) moments.add(time);
      row++;
    }
  }
  if (missing === row) throw emptyColumn(name);
  const { min: from, max: to, mean } = moments.statistics();
  const date = { ...reading, features, from, to };
  return {
    column: { dtype: 'f32', shape: [dateWidth(features)], missing, date },
    convert(staged) {
      const time = parseTime(String(staged), reading);
      return Float32Array.from(dateFeatures(Number.isNaN(time) ? mean : time, date));
    },
  };
}

function noFeatures(name: string): StrataError {
  return new StrataError({
    code: 'DATE_UNSEEN',
    message: `Nothing of the dates in column "${name}" is seen by the model.`,
    where: `column "${name}"`,
    expected: 'at least one of its settings, such as elapsed time',
    fix: 'Choose what the model sees of a date, or ignore the column.',
  });
}
