import { basename, dirname, join } from 'node:path/posix';
import { StrataError } from '../../core/errors.ts';
import { openTree, type FileTree } from '../sources/archive.ts';
import type { Source } from '../sources/source.ts';
import { elementsOf, readXml } from '../sources/xml.ts';

/** What an Excel workbook is made of (ECMA-376, part 1, 18): its sheets, and what their cells refer to. */

export interface WorkbookSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly source: Source;
}

export interface Workbook {
  /** Those with cells: charts may be sheets, too. */
  readonly sheets: readonly WorkbookSheet[];
  /** For each style of cells, whether its numbers are days. */
  readonly dates: readonly boolean[];
  /** Texts that cells refer to by their number. */
  readonly strings: readonly string[];
  /** When the first day was, in milliseconds since 1970. */
  readonly firstDay: number;
}

const WORKBOOK = /^xl\/workbook\d*\.xml$/;
export const isWorkbook = ({ paths }: FileTree): boolean => paths.some((path) => WORKBOOK.test(path));

/** Detecting and opening need it both. */
const known = new WeakMap<Source, Promise<Workbook>>();

/** Throws `XLSX_DAMAGED`. */
export function openWorkbook(source: Source): Promise<Workbook> {
  const workbook =
    known.get(source) ??
    readWorkbook(source).catch((cause: unknown) => {
      throw damaged(source.path, cause);
    });
  known.set(source, workbook);
  return workbook;
}

async function readWorkbook(source: Source): Promise<Workbook> {
  const tree = await openTree(source);
  try {
    const path = tree.paths.find((name) => WORKBOOK.test(name))!;
    const folder = dirname(path);
    const parts = partsIn(await textOf(tree, join(folder, '_rels', `${basename(path)}.rels`)), folder);
    const { sheets, since1904 } = sheetsIn(await textOf(tree, path));
    const ofKind = (kind: string) => [...parts.values()].find((part) => part.kind === kind)?.path;
    const strings = ofKind('sharedStrings');
    const cells = sheets.filter(({ part }) => parts.get(part)?.kind === 'worksheet');
    return {
      sheets: await Promise.all(
        cells.map(async ({ name, hidden, part }) => ({
          name,
          hidden,
          source: await tree.source(parts.get(part)!.path),
        })),
      ),
      dates: datesIn(await textOf(tree, ofKind('styles'))),
      strings: strings && tree.paths.includes(strings) ? await stringsIn(await tree.source(strings)) : [],
      // What is called day 0 of 1900 is the day before the last one of 1899: Excel has a 29 February 1900.
      firstDay: since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30),
    };
  } finally {
    tree.close();
  }
}

/** Empty for a part that is not there: none but the sheets must be. */
const textOf = async (tree: FileTree, path: string | undefined): Promise<string> =>
  path !== undefined && tree.paths.includes(path) ? (await tree.read(path)).toString('utf8') : '<_/>';

/** The files of a workbook by their ids. */
function partsIn(xml: string, folder: string) {
  const parts = new Map<string, { readonly kind: string; readonly path: string }>();
  readXml(xml, {
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const { Id = '', Type = '', Target = '' } = attributes();
      const path = Target.startsWith('/') ? Target.slice(1) : join(folder, Target);
      parts.set(Id, { kind: basename(Type), path });
    },
  });
  return parts;
}

function sheetsIn(xml: string) {
  const sheets: { readonly name: string; readonly hidden: boolean; readonly part: string }[] = [];
  let since1904 = false;
  readXml(xml, {
    open(element, attributes, decode) {
      if (element === 'workbookPr') since1904 = /^(1|true)$/.test(attributes().date1904 ?? '');
      if (element !== 'sheet') return;
      const { name = '', state = 'visible', ...others } = attributes();
      const [, part = ''] = Object.entries(others).find(([key]) => key.endsWith(':id')) ?? [];
      sheets.push({ name: unescaped(decode(name)), hidden: state !== 'visible', part });
    },
  });
  return { sheets, since1904 };
}

/** Formats of dates and times that have a number only. */
const BUILT_IN = /^(1[4-9]|2[0-2]|2[7-9]|3[0-6]|4[5-7]|5[0-8])$/;
/** What a format shows as it stands: texts, colours and conditions, and letters behind a sign. */
const PLAIN = /"[^"]*"|\[(?![hms]+\])[^\]]*\]|[\\_*]./gi;

function datesIn(xml: string): boolean[] {
  const formats = new Map<string, string>();
  const dates: boolean[] = [];
  let styles = false;
  readXml(xml, {
    open(name, attributes, decode) {
      if (name === 'cellXfs') styles = true;
      if (name === 'numFmt') {
        const { numFmtId = '', formatCode = '' } = attributes();
        formats.set(numFmtId, decode(formatCode));
      }
      if (name !== 'xf' || !styles) return;
      const { numFmtId = '0' } = attributes();
      const format = formats.get(numFmtId);
      dates.push(format === undefined ? BUILT_IN.test(numFmtId) : isDateFormat(format));
    },
    close(name) {
      if (name === 'cellXfs') styles = false;
    },
  });
  return dates;
}

const isDateFormat = (format: string): boolean =>
  !/general/i.test(format) && /[ymdhs]/i.test(format.replace(PLAIN, ''));

async function stringsIn(source: Source): Promise<string[]> {
  const strings: string[] = [];
  const texts = new CellTexts();
  for await (const { xml } of elementsOf(source, 'si'))
    readXml(xml, {
      open: (name) => texts.open(name),
      text: (text) => texts.add(text),
      close(name) {
        texts.close(name);
        if (name === 'si') strings.push(texts.take());
      },
    });
  return strings;
}

/** Puts together what stands in a cell or a string, in one piece or several, without how it is pronounced. */
export class CellTexts {
  private text = '';
  private reading = false;
  private spoken = false;

  open(name: string): void {
    if (name === 'rPh') this.spoken = true;
    else if (name === 'v' || name === 't') this.reading = !this.spoken;
  }

  add(text: string): void {
    if (this.reading) this.text += text;
  }

  close(name: string): void {
    if (name === 'rPh') this.spoken = false;
    else if (name === 'v' || name === 't') this.reading = false;
  }

  take(): string {
    const text = unescaped(this.text).trim();
    this.text = '';
    return text;
  }
}

/** Signs that XML does not allow are written by their number. */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([\dA-F]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;

export function damaged(where: string, cause: unknown): unknown {
  if (cause instanceof StrataError) return cause;
  return new StrataError(
    {
      code: 'XLSX_DAMAGED',
      message: 'The workbook cannot be read.',
      where,
      got: (cause as Error).message,
      fix: 'Open it in a spreadsheet program and save it again, or save the sheet as CSV.',
    },
    { cause },
  );
}
