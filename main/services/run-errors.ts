import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { StrataError } from '../../engine/core/errors.ts';
import { checkGraph } from '../../engine/graph/check.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { whereOf } from '../../engine/graph/where.ts';
import type { RunStatus } from '../contract.ts';

/** Why something cannot be done with a run. */

/** A model with errors makes no run. Throws `GRAPH_INVALID`. */
export function requireSound(document: ModelDocument, schema: DatasetSchema): void {
  const errors = checkGraph(document, schema).diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const [first] = errors;
  const { message, got, expected, fix } = first;
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  throw new StrataError({
    code: 'GRAPH_INVALID',
    message: `The model cannot be trained: ${message}${more}`,
    where: whereOf(first),
    got,
    expected,
    fix,
  });
}

export function notResumable(status: RunStatus): StrataError {
  return new StrataError({
    code: 'RUN_NOT_RESUMABLE',
    message: status === 'finished' ? 'This run is finished.' : 'This run is going on in another Strata.',
    got: status,
    expected: 'a run that was stopped, interrupted or failed',
    fix: status === 'finished' ? 'Start a new run.' : 'Steer it there.',
  });
}

export function missing(id: string): StrataError {
  return new StrataError({
    code: 'RUN_MISSING',
    message: 'This run does not exist any more.',
    got: id,
    fix: 'Go back to the list of runs.',
  });
}

export function noSource(id: string): StrataError {
  return new StrataError({
    code: 'RUN_MISSING',
    message: 'The run whose weights this one is to begin with does not exist any more.',
    where: 'training settings, “Begin with”',
    got: id,
    fix: 'Choose another run in the training settings, or random weights.',
  });
}

export function notGoing(status: RunStatus): StrataError {
  return new StrataError({
    code: 'RUN_NOT_GOING',
    message: 'This run is not going on here.',
    got: status,
    fix: 'If another Strata trains it, steer it there.',
  });
}

export function going(): StrataError {
  return new StrataError({
    code: 'RUN_GOING',
    message: 'A run that is going on cannot be deleted.',
    fix: 'Stop the run first.',
  });
}
