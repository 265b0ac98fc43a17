import type { Problem } from '../../engine/core/errors.ts';
import type { ImportResult } from '../../engine/process/protocol.ts';
import { toasts } from '../ui/toasts.svelte.ts';

/** What came of an import whose window was closed while it went on. */
export function tellAfterwards(result: ImportResult | null, problem: Problem | null): void {
  if (result) toasts.show(`${result.schema.name} is imported.`);
  else if (problem?.code !== 'CANCELLED') toasts.fail(problem);
}
