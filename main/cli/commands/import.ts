import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { ROLES, type ColumnRole } from '../../../engine/core/dataset.ts';
import { StrataError } from '../../../engine/core/errors.ts';
import type { Params } from '../../../engine/core/fields.ts';
import type { ColumnChoice, ImportRequest, Preview, SplitChoice } from '../../../engine/process/protocol.ts';
import type { StrataApp } from '../../app.ts';
import { DEFAULT_IMPORT } from '../../services/datasets.ts';
import { fractionOption, numberOption } from '../arguments.ts';
import type { Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { importSource, tellProblems } from '../importing.ts';
import { ImportProgress } from '../progress.ts';
import { settings } from '../settings.ts';
import { windowsFor, type WindowOption } from '../windows.ts';

interface ImportOptions {
  readonly name?: string;
  readonly format?: string;
  readonly target?: readonly string[];
  readonly ignore?: readonly string[];
  readonly role?: readonly string[];
  readonly type?: readonly string[];
  readonly column?: readonly string[];
  readonly set?: readonly string[];
  readonly window?: WindowOption;
  readonly ahead?: readonly string[];
  readonly split?: SplitChoice;
  readonly validation?: number;
  readonly test?: number;
  readonly seed?: number;
  readonly stratify: boolean;
  readonly normalise: boolean;
  readonly missing: 'fill' | 'drop-row' | 'error';
  readonly badRows: 'skip' | 'stop';
}

const importCommand: CommandRecord = (cli) =>
  new Command('import')
    .description('Import a file, folder or archive as a data set: tables, texts, arrays, images or sounds.')
    .argument('<path>', 'file or folder')
    .option('--name <name>', 'what to call it; the file’s name if left out')
    .option('--format <format>', 'reader; recognised by the content if left out')
    .option('--target <column...>', 'columns to predict; the reader’s proposal if left out')
    .option('--ignore <column...>', 'columns to leave out')
    .option('--role <column=role...>', `what columns are for, e.g. date=time: ${ROLES.join(', ')}`)
    .option(
      '--type <column=kind...>',
      'kinds of columns, e.g. review=text; the reader’s proposal if left out',
    )
    .option('--column <column.option=value...>', 'settings of a column’s kind, e.g. review.length=64')
    .option('--set <option=value...>', 'options of the reader, e.g. delimiter=";" encoding=latin1 size=64,64')
    .option(
      '--window [setting=value,…]',
      'cut windows from a series, e.g. length=24,horizon=1,stride=1,time=date,group=shop; fill=linear puts missing numbers on a line between their neighbours; maxGap=2 leaves out windows across more than 2 missing steps; what is left out is as the rows suggest',
    )
    .option(
      '--ahead <column...>',
      'columns of a series that are known before their time, such as the date or holidays: windows hold them over the horizon, too',
    )
    .option(
      '--split <by=way,option=value...>',
      'how rows are divided: by=ratio, by=group or by=time (which need a column with that role), with options, e.g. by=time,test=0.2',
      splitOption,
    )
    .option('--validation <fraction>', 'part of the rows for validation (default: 0.15)', fractionOption)
    .option('--test <fraction>', 'part of the rows for the test (default: 0.15)', fractionOption)
    .option('--seed <number>', 'seed of the split (default: 42)', numberOption(0, 0xffffffff))
    .option('--no-stratify', 'split without regard to the classes')
    .option('--no-normalise', 'keep the values as they are')
    .addOption(
      new Option('--missing <policy>', 'what to do with missing values')
        .choices(['fill', 'drop-row', 'error'])
        .default(DEFAULT_IMPORT.missing),
    )
    .addOption(
      new Option('--bad-rows <policy>', 'what to do with rows that cannot be read')
        .choices(['skip', 'stop'])
        .default(DEFAULT_IMPORT.onBadRow),
    )
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action((path: string, options: ImportOptions) =>
      cli.withApp((app) => importWith(cli, app, path, options)),
    );
export default importCommand;

async function importWith(cli: Cli, app: StrataApp, path: string, options: ImportOptions): Promise<void> {
  const progress = new ImportProgress(cli);
  app.subscribe({ progress: (event) => progress.show(event) });
  const chosen = await choose(app, path, options);
  const result = await importSource(app, path, {
    ...(options.name !== undefined && { name: options.name }),
    ...chosen,
    missing: options.missing,
    normalise: options.normalise,
    onBadRow: options.badRows,
    split: splitOf(options),
    format: options.format,
    options: readerOptions(options),
  }).finally(() => progress.stop());
  tellProblems(cli, result);
  const { hash, schema, bytes, skippedTotal } = result;
  cli.event('done', { hash, bytes, skipped: skippedTotal, rows: schema.rows, columns: schema.columns });
  const { train, validation, test } = schema.rows;
  const unit = schema.windows ? 'windows' : 'rows';
  cli.print(
    `Imported "${schema.name}": ${train} ${unit} to train, ${validation} to validate, ${test} to test.`,
  );
  if (skippedTotal > 0)
    cli.print(`${skippedTotal} ${skippedTotal === 1 ? 'item was' : 'items were'} left out.`);
  cli.print(`Train on it with: strata train --data ${hash.slice(0, 12)}`);
}

/** Columns and windows; where nothing is said of either, the importer takes what the reader proposes. */
async function choose(
  app: StrataApp,
  path: string,
  options: ImportOptions,
): Promise<Pick<ImportRequest, 'columns' | 'windows'>> {
  const { target, ignore, role, type, column, ahead, window = ahead && true } = options;
  if (![target, ignore, role, type, column, window].some((option) => option !== undefined))
    return { columns: [] };
  const preview = await app.engine.api.preview({
    jobId: randomUUID(),
    path,
    format: options.format,
    options: readerOptions(options),
  });
  if (window === undefined) return { columns: chooseColumns(preview.columns, options) };
  const inWindows = new Map(preview.windows?.columns.map((choice) => [choice.name, choice]));
  const columns = preview.columns.map((own) => ({ ...own, ...inWindows.get(own.name) }));
  return {
    columns: chooseColumns(columns, options),
    windows: { ...windowsFor(window, preview), ...(ahead && { ahead }) },
  };
}

function chooseColumns(columns: Preview['columns'], options: ImportOptions): readonly ColumnChoice[] {
  const { target } = options;
  const roles = rolesOf(options);
  const kinds = new Map(settings(options.type, '--type', 'review=text'));
  const given = settings(options.column, '--column', 'review.length=64');
  const inColumns = given.map(([key, value]) => inColumn(key, value, columns));
  for (const name of [...roles.keys(), ...kinds.keys()]) requireColumn(name, columns);
  return columns.map((column): ColumnChoice => {
    const { name } = column;
    const kind = String(kinds.get(name) ?? column.kind);
    const own = inColumns
      .filter((setting) => setting.column === name)
      .map(({ field, value }) => [field, value]);
    // Settings that were proposed belong to the kind that was.
    const proposed = kind === column.kind ? column.options : {};
    const choice = { name, kind, options: { ...proposed, ...(Object.fromEntries(own) as Params) } };
    const role = roles.get(name);
    if (role) return { ...choice, role };
    // A column that somebody says something about is meant to be seen.
    const seen = column.role === 'ignore' && kinds.has(name);
    return { ...choice, role: seen || (target && column.role === 'target') ? 'input' : column.role };
  });
}

/** Roles that were given, by column. Throws `ROLE_UNKNOWN`. */
function rolesOf({ target = [], ignore = [], role }: ImportOptions): Map<string, ColumnRole> {
  const given = settings(role, '--role', 'date=time').map(([name, text]): [string, ColumnRole] => {
    const found = ROLES.find((candidate) => candidate === text);
    if (found) return [name, found];
    throw new StrataError({
      code: 'ROLE_UNKNOWN',
      message: `A column cannot have the role "${String(text)}".`,
      got: String(text),
      expected: ROLES.join(', '),
      fix: 'Name one of these behind --role.',
    });
  });
  return new Map([
    ...target.map((name): [string, ColumnRole] => [name, 'target']),
    ...ignore.map((name): [string, ColumnRole] => [name, 'ignore']),
    ...given,
  ]);
}

/** `column.option` as both: the longest name of a column that it begins with. */
function inColumn(key: string, value: unknown, columns: Preview['columns']) {
  const names = columns.map(({ name }) => name).filter((name) => key.startsWith(`${name}.`));
  const column = names.toSorted((a, b) => b.length - a.length)[0];
  if (column === undefined) requireColumn(key, columns);
  return { column, field: key.slice((column ?? '').length + 1), value };
}

function requireColumn(name: string, columns: Preview['columns']): void {
  if (columns.some((column) => column.name === name)) return;
  throw new StrataError({
    code: 'COLUMN_UNKNOWN',
    message: `There is no column called "${name}".`,
    got: name,
    expected: columns.map((column) => column.name).join(', '),
    fix: 'Name one of these.',
  });
}

/** Options that were given; the way of dividing checks them with its own fields. */
function splitOf({ split, validation, test, seed, stratify }: ImportOptions): SplitChoice {
  const given = { validation, test, seed, ...(!stratify && { stratify }) };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...split,
  };
}

const splitOption = (text: string): SplitChoice =>
  Object.fromEntries(settings(text.split(','), '--split', 'by=time,test=0.2'));

/** Options of the reader; each reader checks them with its own fields. */
const readerOptions = ({ set }: ImportOptions): Params =>
  Object.fromEntries(settings(set, '--set', 'delimiter=";"'));
