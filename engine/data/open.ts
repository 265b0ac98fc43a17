import { StrataError, type Problem } from '../core/errors.ts';
import { parseParams, type Params } from '../core/fields.ts';
import type { SourceRequest } from '../core/import.ts';
import { isArchive, openTree } from './sources/archive.ts';
import type { ImportContext } from './context.ts';
import type { FormatRecord, Reader } from './format.ts';
import { records as formatRecords } from './formats/registry.gen.ts';
import { joinParts, NO_PARTS, partsOf, type Parts, type PartSource } from './sources/parts.ts';
import { requireData, requireDataInside } from './sources/not-data.ts';
import { openSample, SAMPLE_PREFIX } from './sources/sample.ts';
import { openSource, type Source } from './sources/source.ts';

export const formats = formatRecords as readonly unknown[] as readonly FormatRecord[];

/** A source with the format and the options it is read with. */
export interface OpenedSource {
  readonly format: Pick<FormatRecord, 'id' | 'title' | 'fields'>;
  readonly options: Params;
  readonly reasons: readonly string[];
  readonly bytes: number;
  readonly reader: Reader;
}

/**
 * Recognises and opens a file, a folder or a sample. What must be unpacked to be read lies in the folder `scratch`, which is there until
 * the rows are read; `job` is told of what takes long until then. Throws `FORMAT_UNKNOWN` where no format knows the content.
 */
export async function openRequest(
  request: SourceRequest,
  scratch: string,
  job?: ImportContext,
): Promise<OpenedSource> {
  if (request.path.startsWith(SAMPLE_PREFIX)) return openSample(request.path);
  const outer = await openSource(request.path, scratch, job);
  const known = await recognised(outer);
  const { parts, left } = known ? NO_PARTS : await partsOf(outer);
  const source = parts[0]?.source ?? outer;
  const { format, reasons } = await choose(source, request.format, known);
  const given = request.options ?? {};
  const detected = await format.detect(source, given);
  const { params, problems } = parseParams(format.fields, { ...detected, ...given });
  if (problems.length > 0) throw new StrataError(problems[0]);
  const opened = await openParts({ parts, left }, source, (part) => format.open(part, params));
  const reader = withProblems(withInput(opened), await problemsOf(outer));
  return { format, options: params, reasons: [...reasons, ...reader.reasons], bytes: outer.bytes, reader };
}

interface Recognised {
  readonly format: FormatRecord;
  readonly reasons: readonly string[];
}

/** The most confident format; undefined where none knows the content. */
async function recognised(source: Source): Promise<Recognised | undefined> {
  const answers = await Promise.all(
    formats.map(async (format) => ({ format, ...(await format.recognise(source)) })),
  );
  const best = answers.reduce((a, b) => (b.confidence > a.confidence ? b : a));
  return best.confidence > 0 ? best : undefined;
}

/** The source itself, or all its parts in the same format, read the same way. */
async function openParts(
  { parts, left }: Parts,
  source: Source,
  open: (source: Source) => Promise<Reader>,
): Promise<Reader> {
  if (parts.length < 2) return open(source);
  const readers: { readonly part: PartSource; readonly reader: Reader }[] = [];
  for (const part of parts) readers.push({ part, reader: await open(part.source) });
  return joinParts(readers, left);
}

/** What a folder or an archive holds that is not read. */
async function problemsOf(source: Source): Promise<readonly Problem[]> {
  if (!source.folder && !isArchive(source)) return [];
  const tree = await openTree(source);
  tree.close();
  return tree.problems;
}

/** What could be predicted is an input where nothing else is: alone it has nothing to be predicted from. */
function withInput(reader: Reader): Reader {
  if (reader.columns.some(({ role }) => role === 'input')) return reader;
  const columns = reader.columns.map((column) =>
    column.role === 'target' ? { ...column, role: 'input' as const } : column,
  );
  return { ...reader, columns };
}

/** A reader that reports these problems, too: with its first rows. */
function withProblems(reader: Reader, problems: readonly Problem[]): Reader {
  if (problems.length === 0) return reader;
  return {
    ...reader,
    warnings: [...problems, ...reader.warnings],
    async *rows(all) {
      let pending = problems;
      for await (const batch of reader.rows(all)) {
        yield { ...batch, problems: [...pending, ...batch.problems] };
        pending = [];
      }
    },
  };
}

/** The format that is wanted, else the one that knows the content. Throws `FORMAT_UNKNOWN` or `SOURCE_EMPTY`. */
async function choose(
  source: Source,
  wanted: string | undefined,
  known: Recognised | undefined,
): Promise<Recognised> {
  if (wanted !== undefined) {
    const format = formats.find(({ id }) => id === wanted);
    if (format) return { format, reasons: [`Read as ${format.title}, as you chose.`] };
    throw new StrataError({
      code: 'FORMAT_UNKNOWN',
      message: `There is no format called "${wanted}".`,
      got: wanted,
      expected: formats.map(({ id }) => id).join(', '),
      fix: 'Leave the format away to have it recognised.',
    });
  }
  if (!source.folder && source.head.length === 0) throw empty(source, '0 bytes');
  requireData(source);
  const best = known ?? (await recognised(source));
  if (best) return best;
  const several = source.folder || isArchive(source);
  if (several) await requireDataInside(source);
  throw new StrataError({
    code: 'FORMAT_UNKNOWN',
    message: 'Strata does not know what kind of data this is.',
    where: source.path,
    ...(several && { got: await filesIn(source) }),
    expected: formats.map(({ title }) => title).join(', '),
    fix: several
      ? 'Choose one of its files, unpacked, or name those of one table after their parts, such as train.csv and test.csv.'
      : 'Convert it to CSV, or choose another file or folder.',
  });
}

/** What a folder or an archive holds, in words. Throws `SOURCE_EMPTY` where that is nothing. */
async function filesIn(source: Source): Promise<string> {
  const tree = await openTree(source);
  tree.close();
  const { paths, problems } = tree;
  if (paths.length === 0) throw empty(source, problems[0]?.message ?? 'no files');
  return paths.length === 1 ? paths[0] : `${paths.length} files, such as ${paths[0]}`;
}

function empty({ path }: Source, got: string): StrataError {
  return new StrataError({
    code: 'SOURCE_EMPTY',
    message: 'There is nothing in it that can be read.',
    where: path,
    got,
    expected: 'a file with data',
    fix: 'Choose another file or folder.',
  });
}
