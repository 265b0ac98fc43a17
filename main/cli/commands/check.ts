import { Command } from 'commander';
import { formatShape } from '../../../engine/core/shape.ts';
import { checkGraph, type GraphCheck, type NodeCheck } from '../../../engine/graph/check.ts';
import type { StrataApp } from '../../app.ts';
import { EXIT, type Cli } from '../cli.ts';
import type { CommandRecord } from '../command.ts';
import { readModel } from '../source.ts';
import { formatCount, table } from '../text.ts';

const check: CommandRecord = (cli) =>
  new Command('check')
    .description('Check a model: shapes, weights, costs and everything that is wrong with it.')
    .argument('<model>', 'path of a *.strata.json file, or a template')
    .option('--json', 'print one JSON object per line, the last one {"event":"done",…}')
    .action((model: string) => cli.withApp((app) => checkModel(cli, app, model)));
export default check;

async function checkModel(cli: Cli, app: StrataApp, model: string): Promise<void> {
  const { document } = await readModel(app, model);
  const dataset = document.dataset === undefined ? null : await app.datasets.resolve(document.dataset);
  if (document.dataset !== undefined && !dataset) {
    cli.warn({
      code: 'DATASET_MISSING',
      message: 'The data set of this model is not here, so shapes follow its inputs’ settings.',
      got: document.dataset,
    });
  }
  const result = checkGraph(document, dataset?.schema);
  showNodes(cli, result);
  showDiagnostics(cli, result);
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
  const { parameters, trainableParameters, flops } = result;
  cli.event('done', { parameters, trainableParameters, flops, errors });
  const trainable = trainableParameters.toLocaleString('en');
  cli.print(
    `\n${parameters.toLocaleString('en')} parameters, ${trainable} of them trained; ` +
      `${formatCount(flops)}FLOP per example.`,
  );
  if (errors > 0) cli.exitCode = EXIT.failed;
}

function showNodes(cli: Cli, { order, nodes }: GraphCheck): void {
  const checked = order.map((id) => nodes[id]);
  for (const { node, outputs, parameters, flops } of checked) {
    cli.event('node', { id: node.id, type: node.type, outputs, parameters, flops });
  }
  const rows = checked.map((node) => [
    node.node.id,
    node.layer?.title ?? node.node.type,
    shapesOf(node),
    node.parameters === 0 ? '' : node.parameters.toLocaleString('en'),
    node.flops === 0 ? '' : formatCount(node.flops),
  ]);
  cli.print(table(['NODE', 'LAYER', 'OUTPUT', 'PARAMETERS', 'FLOP'], rows));
}

function shapesOf({ outputs }: NodeCheck): string {
  return Object.values(outputs)
    .map(({ shape }) => formatShape(shape))
    .join(', ');
}

function showDiagnostics(cli: Cli, { diagnostics }: GraphCheck): void {
  for (const { repair: _, ...diagnostic } of diagnostics) {
    cli.event('diagnostic', diagnostic);
    const { severity, node, inside = [], port, message, got, expected, fix, code } = diagnostic;
    const path = [node, ...inside.map((inner) => inner.node)].join('/');
    const place = [node && `node ${path}`, port && `port ${port}`].filter(Boolean).join(', ');
    cli.print(`\n${severity}${place && ` at ${place}`}: ${message} [${code}]`);
    for (const [label, text] of Object.entries({ got, expected, 'what to do': fix })) {
      if (text) cli.print(`  ${label}: ${text}`);
    }
  }
}
