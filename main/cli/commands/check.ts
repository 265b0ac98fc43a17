import { Command } from 'commander';
import { formatShape } from '../../../engine/core/shape.ts';
import { checkGraph, type GraphCheck, type NodeCheck } from '../../../engine/graph/check.ts';
import { Definitions, roundsOf } from '../../../engine/graph/definitions.ts';
import { definitionIdOf } from '../../../engine/graph/ports.ts';
import { whereOf } from '../../../engine/graph/where.ts';
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
  showNodes(cli, result, new Definitions(document.groups));
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

function showNodes(cli: Cli, check: GraphCheck, definitions: Definitions): void {
  const checked = withGroups(check).map((path) => check.nodes[path]);
  for (const { node, outputs, parameters, flops } of checked) {
    cli.event('node', { id: node.id, type: node.type, outputs, parameters, flops });
  }
  const rows = checked.map((node) => [
    node.node.id,
    titleOf(node, definitions),
    shapesOf(node),
    node.parameters === 0 ? '' : node.parameters.toLocaleString('en'),
    node.flops === 0 ? '' : formatCount(node.flops),
  ]);
  cli.print(table(['NODE', 'LAYER', 'OUTPUT', 'PARAMETERS', 'FLOP'], rows));
}

/** Paths of all nodes but the ports of groups; a group before the first node inside. */
function withGroups({ order, nodes }: GraphCheck): string[] {
  const shown = order.flatMap((path) => {
    const around = path.split('/').map((_, at, ids) => ids.slice(0, at + 1).join('/'));
    return around.filter((part) => part in nodes);
  });
  return [...new Set(shown)].filter((path) => {
    const role = nodes[path].layer?.group;
    return role === undefined || role === 'placed';
  });
}

function titleOf({ node, layer }: NodeCheck, definitions: Definitions): string {
  if (layer?.group !== 'placed') return layer?.title ?? node.type;
  const title = definitions.get(definitionIdOf(node))?.name ?? layer.title;
  const rounds = roundsOf(node);
  return rounds > 1 ? `${title} × ${rounds}` : title;
}

function shapesOf({ outputs }: NodeCheck): string {
  return Object.values(outputs)
    .map(({ shape }) => formatShape(shape))
    .join(', ');
}

function showDiagnostics(cli: Cli, { diagnostics }: GraphCheck): void {
  for (const { repair: _, ...diagnostic } of diagnostics) {
    cli.event('diagnostic', diagnostic);
    const { severity, message, got, expected, fix, code } = diagnostic;
    const place = whereOf(diagnostic);
    cli.print(`\n${severity}${place && ` at ${place}`}: ${message} [${code}]`);
    for (const [label, text] of Object.entries({ got, expected, 'what to do': fix })) {
      if (text) cli.print(`  ${label}: ${text}`);
    }
  }
}
