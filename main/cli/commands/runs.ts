import { Command } from 'commander';
import { formatProblem, StrataError } from '../../../engine/core/errors.ts';
import type { StrataApp } from '../../app.ts';
import type { RunSummary } from '../../contract.ts';
import type { Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { formatInitial, formatMetrics, formatSeconds, table } from '../text.ts';

const runs: CommandRecord = (cli) => {
  const list = new Command('runs')
    .description('List the training runs, newest first, or show one.')
    .option('--json', 'print one JSON object per line')
    .action(() => cli.withApp(async (app) => listRuns(cli, app)));
  list
    .command('show')
    .description('Show one run: what it trained, on what, and how it went.')
    .argument('<id>', 'id of the run, or its beginning')
    .option('--json', 'print one JSON object per line')
    .exitOverride()
    .action((id: string) => cli.withApp(async (app) => showRun(cli, app, findRun(app, id))));
  return list;
};
export default runs;

/** The run whose id begins with `text`. Throws `RUN_MISSING` or `RUN_AMBIGUOUS`. */
export function findRun(app: StrataApp, text: string): RunSummary {
  const found = app.runs.list(null).filter(({ id }) => id.startsWith(text));
  if (found.length === 1) return found[0];
  throw new StrataError({
    code: found.length === 0 ? 'RUN_MISSING' : 'RUN_AMBIGUOUS',
    message: found.length === 0 ? 'There is no such run.' : 'Several runs begin like this.',
    got: text,
    expected: found.length === 0 ? 'an id that "strata runs" lists' : found.map(({ id }) => id).join(', '),
    fix: 'Run "strata runs" to see them all.',
  });
}

function listRuns(cli: Cli, app: StrataApp): void {
  const all = app.runs.list(null);
  for (const { document: _, ...run } of all) cli.event('run', run);
  if (all.length === 0) return cli.print('There are no runs yet. "strata train iris-mlp" makes one.');
  const rows = all.map((run) => [
    run.id,
    run.projectName,
    `Run ${run.number}`,
    run.status,
    run.createdAt.slice(0, 16).replace('T', ' '),
    formatMetrics(run.metrics, 'test') || formatMetrics(run.metrics, 'validation'),
  ]);
  cli.print(table(['ID', 'PROJECT', 'RUN', 'STATUS', 'STARTED (UTC)', 'METRICS'], rows));
}

function showRun(cli: Cli, app: StrataApp, run: RunSummary): void {
  cli.event('run', run);
  for (const point of app.runs.metrics(run.id)) cli.event('metrics', point);
  const { training } = run.document;
  cli.print(`${run.projectName}, run ${run.number} (${run.id}): ${run.status}`);
  const lines = [
    ['Started', run.createdAt],
    ['Ended', run.endedAt ?? 'not yet'],
    ['Trained for', `${run.step} steps, ${run.epoch.toFixed(2)} epochs, ${formatSeconds(run.seconds)}`],
    ['Data set', `${run.datasetName} (${run.dataset.slice(0, 12)})`],
    ['Device', run.device?.name ?? 'unknown'],
    ['Timed tiles', String(Object.keys(run.device?.tiles ?? {}).length)],
    ['Parameters', run.parameters?.toLocaleString('en') ?? 'unknown'],
    ['Optimizer', `${training.optimizer.type} ${JSON.stringify(training.optimizer.params)}`],
    ['Settings', `${training.epochs} epochs, batches of ${training.batchSize}, seed ${training.seed}`],
    ...Object.entries(run.metrics).map(([name, value]) => [name, String(value)]),
  ];
  cli.print(table([], lines));
  if (run.initial) for (const line of formatInitial(run.initial)) cli.print(line);
  if (run.problem) cli.print(formatProblem(run.problem));
  if (run.resumable) cli.print(`Go on with: strata train --resume ${run.id}`);
}
