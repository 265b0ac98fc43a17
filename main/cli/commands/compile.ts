import { Command, Option } from 'commander';
import {
  DEVICE_CHOICES,
  LISTING_FORMS,
  type DeviceChoice,
  type ListingForm,
} from '../../../engine/process/protocol.ts';
import type { StrataApp } from '../../app.ts';
import type { Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { readModel } from '../source.ts';

interface CompileOptions {
  readonly emit: ListingForm;
  readonly device: DeviceChoice;
}

const compile: CommandRecord = (cli) =>
  new Command('compile')
    .description('Show what becomes of a model on its way to the device.')
    .argument('<model>', 'path of a *.strata.json file, or a template')
    .addOption(
      new Option(
        '--emit <form>',
        'ir: tensor program; kernels: fused operations; code: what the device runs; wgsl: code for WebGPU; plan: memory and dispatches',
      )
        .choices(LISTING_FORMS)
        .default('plan'),
    )
    .addOption(new Option('--device <device>', 'what to compile for').choices(DEVICE_CHOICES).default('auto'))
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action((model: string, options: CompileOptions) =>
      cli.withApp((app) => compileModel(cli, app, model, options), options.device),
    );
export default compile;

async function compileModel(
  cli: Cli,
  app: StrataApp,
  model: string,
  { emit }: CompileOptions,
): Promise<void> {
  const { document } = await readModel(app, model);
  const { hash } = await app.datasets.require(document.dataset);
  const text = await app.engine.api.listing({
    document,
    dataset: app.datasets.folderOf(hash),
    form: emit,
  });
  cli.event('done', { form: emit, text });
  cli.print(text.trimEnd());
}
