import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import {
  DEVICE_CHOICES,
  type DeviceChoice,
  type GeneratedSequence,
  type GenerationSettings,
} from '../../../engine/process/protocol.ts';
import type { StrataApp } from '../../app.ts';
import { measureOption, numberOption } from '../arguments.ts';
import { EXIT, type Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';
import { formatNumber } from '../text.ts';
import { rowChoice } from './predict.ts';
import { findRun } from './runs.ts';

interface GenerateOptions extends GenerationSettings {
  readonly data?: string;
  readonly row: number;
  readonly device: DeviceChoice;
}

const generate: CommandRecord = (cli) =>
  new Command('generate')
    .description('Let the model of a run go on with a sequence of tokens.')
    .argument('<run>', 'id of the run, or its beginning')
    .option('--prompt <text>', 'what it begins with', '')
    .option('--length <number>', 'most tokens', numberOption(1, 1_000_000), 100)
    .option(
      '--temperature <number>',
      'below 1 safer, above 1 bolder; 0 always the likeliest',
      measureOption(0, 100),
      1,
    )
    .option(
      '--top-k <number>',
      'choose among that many of the likeliest; 0 all',
      numberOption(0, 1_000_000),
      0,
    )
    .option(
      '--top-p <number>',
      'choose among the likeliest with this probability together',
      measureOption(0, 1),
      1,
    )
    .option('--seed <number>', 'seed of the random numbers', numberOption(0, 0xffffffff), 42)
    .option('--samples <number>', 'sequences to draw', numberOption(1, 1024), 1)
    .option(
      '--beams <number>',
      'search the likeliest sequences with that many beams; 0 draws',
      numberOption(0, 1024),
      0,
    )
    .option('--length-penalty <number>', 'of beam search: the larger, the longer', measureOption(0, 10), 0.6)
    .option('--stop <token...>', 'tokens that end the sequence', [])
    .option('--node <id>', 'Input node of the sequence, where the model has several')
    .option('--data <part|path>', 'what an encoder reads: a part of the run’s own data, or a file')
    .option('--row <number>', 'row of that part, from 0', numberOption(0, Number.MAX_SAFE_INTEGER), 0)
    .addOption(new Option('--device <device>', 'what to compute on').choices(DEVICE_CHOICES).default('auto'))
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action((run: string, options: GenerateOptions) =>
      cli.withApp((app) => generateWith(cli, app, run, options), options.device),
    );
export default generate;

async function generateWith(
  cli: Cli,
  app: StrataApp,
  run: string,
  { device: _, data, row, ...settings }: GenerateOptions,
): Promise<void> {
  const { id } = findRun(app, run);
  const jobId = randomUUID();
  const alone = settings.beams === 0 && settings.samples === 1;
  let text = settings.prompt;
  app.subscribe({
    generated: ({ jobId: _, ...token }) => {
      cli.event('token', token);
      if (alone) cli.write(text + token.text);
      text = '';
    },
  });
  let interrupted = false;
  const restore = onInterrupt(() => {
    interrupted = true;
    void app.inference.cancel(jobId).catch((error) => cli.fail(error));
  });
  const rows = data === undefined ? undefined : rowChoice(data, row, 1);
  const { sequences, seconds } = await app.inference.generate(id, { jobId, settings, rows });
  restore();
  if (alone) cli.print();
  else for (const sequence of sequences) show(cli, settings.prompt, sequence);
  for (const sequence of sequences) cli.event('sequence', sequence);
  cli.event('done', { sequences: sequences.length, seconds });
  if (interrupted) cli.exitCode = EXIT.interrupted;
}

function show(cli: Cli, prompt: string, { text, score, logProbability }: GeneratedSequence): void {
  const measure =
    score === undefined ? `ln p = ${formatNumber(logProbability)}` : `score ${formatNumber(score)}`;
  cli.print(`${prompt}${text}\n  (${measure})`);
}
