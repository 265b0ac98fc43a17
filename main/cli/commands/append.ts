import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AS_BEFORE, type AppendPart } from '../../../engine/core/append.ts';
import { SPLITS } from '../../../engine/core/dataset.ts';
import type { StrataApp } from '../../app.ts';
import type { Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { knownDataset, tellProblems } from '../importing.ts';
import { ImportProgress } from '../progress.ts';

interface AppendOptions {
  readonly part: AppendPart;
  readonly name?: string;
}

const appendCommand: CommandRecord = (cli) =>
  new Command('append')
    .description(
      'Make a data set of another one and more rows, read and stored as its own were; the old one stays.',
    )
    .argument('<dataset>', 'id of an imported one, or sample:<id>')
    .argument('<path>', 'file or folder with the new rows')
    .addOption(
      new Option('--part <part>', 'the part that they go to; or divide them as the first rows were')
        .choices([AS_BEFORE, ...SPLITS])
        .default(AS_BEFORE),
    )
    .option('--name <name>', 'what to call it; as the old one if left out')
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action((dataset: string, path: string, options: AppendOptions) =>
      cli.withApp((app) => appendWith(cli, app, dataset, path, options)),
    );
export default appendCommand;

async function appendWith(
  cli: Cli,
  app: StrataApp,
  reference: string,
  path: string,
  { part, name }: AppendOptions,
): Promise<void> {
  const progress = new ImportProgress(cli);
  app.subscribe({ progress: (event) => progress.show(event) });
  const dataset = await app.datasets.require(knownDataset(app, reference) ?? reference);
  const source = { path: resolve(path) };
  const request = { jobId: randomUUID(), name: name ?? dataset.name, source, part };
  const result = await app.datasets.append(dataset.hash, request).finally(() => progress.stop());
  tellProblems(cli, result);
  const { hash, schema, bytes, skippedTotal } = result;
  cli.event('done', { hash, bytes, skipped: skippedTotal, rows: schema.rows, columns: schema.columns });
  const added = SPLITS.map((split) => `${schema.rows[split] - dataset.schema.rows[split]} ${split}`);
  cli.print(`Added to "${dataset.name}": ${added.join(', ')} rows; ${skippedTotal} were left out.`);
  cli.print(`The new data set is ${hash.slice(0, 12)}.`);
}
