import { StrataError } from '../../core/errors.ts';
import type { Reader } from '../format.ts';
import type { OpenedSource } from '../open.ts';
import { records } from '../samples/registry.gen.ts';

export const SAMPLE_PREFIX = 'sample:';

/** A data set that ships with Strata. */
export interface SampleRecord {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly rows: number;
  /** Throws `SAMPLE_MISSING` where the package that holds it is not installed. */
  open(): Promise<Reader>;
}

export const samples = records as readonly SampleRecord[];

export async function openSample(reference: string): Promise<OpenedSource> {
  const sample = samples.find(({ id }) => `${SAMPLE_PREFIX}${id}` === reference);
  if (!sample) {
    throw new StrataError({
      code: 'SAMPLE_UNKNOWN',
      message: `There is no sample data set called "${reference}".`,
      got: reference,
      expected: samples.map(({ id }) => `${SAMPLE_PREFIX}${id}`).join(', '),
      fix: 'Choose one of these.',
    });
  }
  const reader = await sample.open();
  const format = { id: 'sample', title: sample.title, fields: {} };
  return { format, options: {}, reasons: [sample.description, ...reader.reasons], bytes: 0, reader };
}
