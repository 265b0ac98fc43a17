/**
 * What every error and diagnostic of Strata says: a stable code, what happened, where, what was found,
 * what was expected, and what to do about it.
 */
export interface Problem {
  /** Stable, upper snake case, e.g. `CSV_RAGGED_ROW`. Listed in docs/errors.md. */
  readonly code: string;
  /** One sentence for a person, without the code. */
  readonly message: string;
  /** File and line, node and port, step, tensor … in words. */
  readonly where?: string;
  readonly got?: string;
  readonly expected?: string;
  /** What the person can do, as an instruction. */
  readonly fix?: string;
}

/** The one exception type that crosses a process border or reaches a person. */
export class StrataError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(formatProblem(problem), options);
    this.name = 'StrataError';
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** The whole problem on a few lines of plain text, for terminals and logs. */
export function formatProblem(problem: Problem): string {
  const lines = [problem.message];
  if (problem.where) lines.push(`  where: ${problem.where}`);
  if (problem.got) lines.push(`  got: ${problem.got}`);
  if (problem.expected) lines.push(`  expected: ${problem.expected}`);
  if (problem.fix) lines.push(`  what to do: ${problem.fix}`);
  return lines.join('\n');
}

/**
 * The problem inside anything that was thrown. An error that is not ours becomes `INTERNAL`: its text is
 * kept, so that nothing is swallowed, under a sentence a person can act on.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof StrataError) return error.problem;
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'INTERNAL',
    message: 'Something went wrong inside Strata. Your work is saved.',
    got: text,
    fix: 'Try again. If it happens again, report it with the log file.',
  };
}
