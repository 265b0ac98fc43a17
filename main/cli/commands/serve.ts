import { Command } from 'commander';
import open from 'open';
import { fileURLToPath } from 'node:url';
import { StudioServer } from '../../serve/server.ts';
import { numberOption } from '../arguments.ts';
import type { CommandRecord } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';

const ASSETS = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));

const serve: CommandRecord = (cli) =>
  new Command('serve')
    .description('Open the studio in a browser. The page can be closed: runs go on until Strata ends.')
    .option('--port <number>', 'port on 127.0.0.1; any free one if left out', numberOption(0, 65_535), 0)
    .option('--no-open', 'do not open a browser, only print the address')
    .option('--assets <folder>', 'folder of the built pages', ASSETS)
    .option('--json', 'print one JSON object per line')
    .action((options: { port: number; open: boolean; assets: string }) =>
      cli.withApp(async (app) => {
        const server = await StudioServer.listen(app, options);
        const ended = new Promise<void>((resolve) => onInterrupt(resolve));
        app.engine.start();
        cli.print(`Strata is running at ${server.url}`);
        cli.event('serving', { url: server.url });
        if (options.open) await openBrowser(server.url);
        await ended;
        cli.print('Ending: runs are stopped after a checkpoint.');
        await server.close();
      }),
    );
export default serve;

/** The address is printed anyway, so a machine without a browser is no failure. */
async function openBrowser(url: string): Promise<void> {
  const child = await open(url).catch(() => null);
  child?.once('error', () => {});
}
