import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { SPLITS } from '../../../engine/core/dataset.ts';
import { size } from '../../../engine/core/shape.ts';
import {
  DEVICE_CHOICES,
  type DeviceChoice,
  type PredictedValues,
  type RowChoice,
} from '../../../engine/process/protocol.ts';
import type { StrataApp } from '../../app.ts';
import { numberOption } from '../arguments.ts';
import type { Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { formatNumber, table } from '../text.ts';
import { findRun } from './runs.ts';

/** Values that a cell of the table shows at most. */
const SHOWN = 6;

interface PredictOptions {
  readonly data: string;
  readonly from: number;
  readonly rows?: number;
  readonly device: DeviceChoice;
}

const predict: CommandRecord = (cli) =>
  new Command('predict')
    .description('Show what the model of a run says of rows.')
    .argument('<run>', 'id of the run, or its beginning')
    .option('--data <part|path>', 'train, validation or test of the run’s own data, or a file', 'test')
    .option('--from <number>', 'first row, from 0', numberOption(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--rows <number>', 'most rows; all if left out', numberOption(1, 1_000_000))
    .addOption(new Option('--device <device>', 'what to compute on').choices(DEVICE_CHOICES).default('auto'))
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action((run: string, options: PredictOptions) =>
      cli.withApp((app) => predictRows(cli, app, run, options), options.device),
    );
export default predict;

async function predictRows(cli: Cli, app: StrataApp, run: string, options: PredictOptions): Promise<void> {
  const { id } = findRun(app, run);
  const rows = rowChoice(options.data, options.from, options.rows);
  const result = await app.inference.predict(id, rows);
  const lines = Array.from({ length: result.rows }, (_, row) => {
    const predictions = result.predictions.map((prediction) => predicted(prediction, row));
    const after = result.after?.[row];
    cli.event('prediction', { row: options.from + row, ...(after && { after }), predictions });
    return [after ?? String(options.from + row), ...predictions.map(cell)];
  });
  cli.event('done', { rows: result.rows });
  cli.print(table([result.after ? 'AFTER' : 'ROW', ...result.predictions.map(({ node }) => node)], lines));
}

/** Rows named on the command line: a part of the run's own data, or a file. */
export function rowChoice(data: string, start: number, count?: number): RowChoice {
  const part = SPLITS.find((split) => split === data);
  if (part && !existsSync(data)) return { part, start, count };
  return { source: { path: data.startsWith('sample:') ? data : resolve(data) }, start, count };
}

interface Predicted {
  readonly node: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Where the values are scores of classes: the one with the highest, at each position. */
  readonly classes?: readonly string[];
}

function predicted({ node, shape, classes, values }: PredictedValues, row: number): Predicted {
  const width = size(shape);
  const own = values.slice(row * width, (row + 1) * width);
  if (!classes) return { node, shape, values: own };
  const likeliest = Array.from({ length: width / classes.length }, (_, position) => {
    const scores = own.slice(position * classes.length, (position + 1) * classes.length);
    return classes[scores.indexOf(Math.max(...scores))];
  });
  return { node, shape, values: own, classes: likeliest };
}

function cell({ classes, values }: Predicted): string {
  const shown = (classes ?? values.map(formatNumber)).slice(0, SHOWN).join(' ');
  return (classes ?? values).length > SHOWN ? `${shown} …` : shown;
}
