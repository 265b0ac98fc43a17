import { Command, Option } from 'commander';
import { existsSync } from 'node:fs';
import { StrataError } from '../../../engine/core/errors.ts';
import type { ModelDocument } from '../../../engine/graph/document.ts';
import { DEVICE_CHOICES, type DeviceChoice } from '../../../engine/process/protocol.ts';
import type { StrataApp } from '../../app.ts';
import type { RunSummary } from '../../contract.ts';
import { bytesOption, numberOption } from '../arguments.ts';
import { EXIT, type Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { importSource, knownDataset } from '../importing.ts';
import { onInterrupt } from '../interrupt.ts';
import { ImportProgress, RunProgress } from '../progress.ts';
import { readModel, starterFor } from '../source.ts';
import { formatMetrics, formatSeconds } from '../text.ts';
import { findRun } from './runs.ts';

interface TrainOptions {
  readonly data?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly device: DeviceChoice;
  readonly resume?: string;
  readonly from?: string;
  readonly memoryLimit?: number;
  readonly autotune?: boolean;
}

const train: CommandRecord = (cli) => {
  const command = new Command('train');
  return command
    .description('Train a template or a model document, or go on with a run.')
    .argument(
      '[model]',
      'template, e.g. iris-mlp, or path of a *.strata.json file; left out: a small one that fits --data',
    )
    .option('--data <id|path>', 'data set: sample:<id>, the id of an imported one, or a file to import')
    .option('--epochs <number>', 'passes over the training rows', numberOption(1, 100_000))
    .option('--batch-size <number>', 'rows per step', numberOption(1, 65_536))
    .option('--seed <number>', 'seed of all random numbers', numberOption(0, 0xffffffff))
    .addOption(new Option('--device <device>', 'what to compute on').choices(DEVICE_CHOICES).default('auto'))
    .option('--memory-limit <size>', 'most memory of the device to use, e.g. 2GB', bytesOption)
    .option('--autotune', 'time kernel tiles on this device first, and keep the fastest ones for all runs')
    .option('--from <run>', 'begin with the weights of a run, wherever name and shape fit')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action(async (model: string | undefined, options: TrainOptions) => {
      const named = [model ?? options.data, options.resume].filter((name) => name !== undefined);
      if (named.length !== 1) {
        command.error('error: name a template or a file, data with --data, or a run with --resume', {
          exitCode: EXIT.usage,
        });
      }
      if (options.from !== undefined && options.resume !== undefined) {
        command.error('error: a run that goes on has its own weights: leave out --from', {
          exitCode: EXIT.usage,
        });
      }
      if (options.autotune && options.resume !== undefined) {
        command.error('error: a run that goes on has its own tiles: leave out --autotune', {
          exitCode: EXIT.usage,
        });
      }
      await cli.withApp((app) => trainWith(cli, app, model, options), options.device);
    });
};
export default train;

async function trainWith(
  cli: Cli,
  app: StrataApp,
  model: string | undefined,
  options: TrainOptions,
): Promise<void> {
  const progress = new RunProgress(cli);
  const importing = new ImportProgress(cli);
  app.subscribe({
    runEvent: (event) => progress.show(event),
    progress: (event) => importing.show(event),
  });
  let interrupted = false;
  const stop = () => Promise.all(app.runs.going.map((id) => app.runs.stop(id)));
  const restore = onInterrupt(() => {
    interrupted = true;
    void stop().catch((error) => cli.fail(error));
  });
  const begin =
    options.resume === undefined
      ? await starting(app, model, options)
      : resuming(app, options.resume, options);
  await checkDevice(cli, app, options.device);
  const ended = endOfRun(app);
  introduceRun(cli, app);
  await begin();
  if (interrupted) await stop();
  const final = await ended;
  restore();
  progress.stop();
  report(cli, final, interrupted);
}

/** Stores what is to be trained; the function that is returned begins the run. */
async function starting(
  app: StrataApp,
  model: string | undefined,
  options: TrainOptions,
): Promise<() => Promise<unknown>> {
  const dataset = await datasetOf(app, options.data);
  const { document, origin } =
    model === undefined ? await starterFor(app, dataset) : await readModel(app, model);
  const from = options.from === undefined ? undefined : findRun(app, options.from).id;
  const chosen = withOptions(document, options, dataset, from);
  const project = app.projects.createOrUpdate(chosen, origin);
  const { memoryLimit, autotune } = options;
  return () => app.runs.start(project.id, { memoryLimit, autotune });
}

function resuming(app: StrataApp, text: string, { memoryLimit }: TrainOptions): () => Promise<unknown> {
  const { id } = findRun(app, text);
  return () => app.runs.resume(id, { memoryLimit });
}

function withOptions(
  document: ModelDocument,
  options: TrainOptions,
  dataset: string | undefined,
  from: string | undefined,
): ModelDocument {
  const { training } = document;
  const { epochs = training.epochs, batchSize = training.batchSize, seed = training.seed } = options;
  return {
    ...document,
    training: {
      ...training,
      epochs,
      batchSize,
      seed,
      ...(from !== undefined && { initialiseFrom: { run: from } }),
    },
    ...(dataset !== undefined && { dataset }),
  };
}

/** A reference for `--data`: as it is where the store knows it, imported where it is a file or folder. */
async function datasetOf(app: StrataApp, data: string | undefined): Promise<string | undefined> {
  if (data === undefined) return undefined;
  const known = knownDataset(app, data);
  if (known !== undefined) return known;
  if (data.startsWith('sample:') || !existsSync(data)) return data;
  return (await importSource(app, data)).hash;
}

/** Says so where the processor computes, and refuses where the person asked for a graphics card. */
async function checkDevice(cli: Cli, app: StrataApp, choice: DeviceChoice): Promise<void> {
  const device = await app.engine.api.device();
  if (!device.software || choice === 'cpu') return;
  if (choice === 'auto') {
    return cli.warn({
      code: 'SOFTWARE_DEVICE',
      message: 'There is no graphics card that Strata can use, so the processor computes.',
      got: device.name,
    });
  }
  throw new StrataError({
    code: 'NO_GPU',
    message: 'There is no graphics card that Strata can use.',
    got: device.name,
    fix: 'Install the driver of the graphics card, or leave out --device gpu.',
  });
}

/** Says which run it is, before anything else about it. */
function introduceRun(cli: Cli, app: StrataApp): void {
  const end = app.subscribe({
    runChanged: ({ document: _, ...run }) => {
      end();
      cli.event('run', run);
      cli.print(`${run.projectName}, run ${run.number} (${run.id}) on ${run.datasetName}`);
    },
  });
}

/** The run as it is when it has ended, or when it can go no further without somebody. */
function endOfRun(app: StrataApp): Promise<RunSummary> {
  return new Promise((resolve) => {
    app.subscribe({
      runChanged: (run) => {
        const stuck = run.status === 'paused' && run.problem !== null;
        if (run.endedAt !== null || stuck) resolve(run);
      },
    });
  });
}

function report(cli: Cli, run: RunSummary, interrupted: boolean): void {
  const { id, metrics, step, seconds, status } = run;
  if (run.problem) throw new StrataError(run.problem);
  if (status === 'finished') {
    cli.event('done', { metrics, run: id, steps: step, seconds });
    cli.print(`Finished after ${step} steps in ${formatSeconds(seconds)}.`);
    for (const split of ['train', 'validation', 'test']) {
      const text = formatMetrics(metrics, split);
      if (text !== '') cli.print(`  ${split}: ${text}`);
    }
    return;
  }
  cli.exitCode = interrupted ? EXIT.interrupted : EXIT.failed;
  cli.event('stopped', { run: id, steps: step, resumable: run.resumable });
  const advice = run.resumable ? ` Go on with: strata train --resume ${id}` : '';
  cli.print(`Stopped after ${step} steps.${advice}`);
}
