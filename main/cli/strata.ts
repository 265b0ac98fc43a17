// The command line as a program: importing this file runs it and ends the process.
import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { Cli, EXIT } from './cli.ts';
import type { CommandRecord } from './command.ts';
import { records } from './commands/registry.gen.ts';

const commands: readonly CommandRecord[] = records;

/** Runs one command line and returns its exit code. */
async function run(parameters: readonly string[]): Promise<number> {
  const cli = new Cli(parameters.includes('--json'));
  const program = new Command('strata')
    .description('Build, train and ship neural networks, on this machine.')
    .version(VERSION)
    .addHelpText(
      'after',
      '\nEverything is kept in one folder; the environment variable STRATA_HOME names another one.\n' +
        'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    );
  for (const record of commands) program.addCommand(record(cli));
  for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError();
  try {
    await program.parseAsync(parameters, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    cli.fail(error);
    return cli.exitCode;
  }
}

// Whoever read what is printed wants no more of it (`strata … | head`): as Ctrl-C, so that a run ends with a checkpoint.
let closed = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (closed) return;
  closed = true;
  if (!process.emit('SIGINT', 'SIGINT')) process.exit(EXIT.interrupted);
});

const code = await run(process.argv.slice(2));
// What is printed may still wait for whoever reads it.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(code);
