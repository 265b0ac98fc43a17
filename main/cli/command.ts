import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/** A command of `strata`, self-contained: arguments, options, help and what it does. One file each. */
export type CommandRecord = (cli: Cli) => Command;
