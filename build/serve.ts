// Builds the pages where they are stale, then serves the studio for a browser.
import { buildRenderer } from './renderer.ts';

await buildRenderer();
await import('../main/cli/strata.ts');
