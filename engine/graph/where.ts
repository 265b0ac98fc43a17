import type { Diagnostic } from './check.ts';

/** Where a diagnostic is, in words: `node block/dense, port input`. Empty for one of the whole model. */
export function whereOf({ node, inside = [], port }: Diagnostic): string {
  const path = [node, ...inside.map((inner) => inner.node)].join('/');
  return [node && `node ${path}`, port && `port ${port}`].filter(Boolean).join(', ');
}
