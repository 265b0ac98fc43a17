import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TemplatesService } from '../../main/services/templates.ts';
import { strata, temporaryFolder } from './strata.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const templates = await new TemplatesService(join(import.meta.dirname, '..', '..', 'templates')).list();

describe.each(templates)('template $slug', ({ slug, expected }) => {
  it(
    `reaches ${expected.metric} ${expected.value} ± ${expected.tolerance} through the command line`,
    { timeout: 600_000 },
    async () => {
      const { code, events, stderr } = await strata(join(folder, slug), 'train', slug, '--json');
      expect(stderr).toBe('');
      expect(code).toBe(0);
      const done = events.at(-1) as unknown as { event: string; metrics: Record<string, number> };
      expect(done.event).toBe('done');
      expect(Math.abs(done.metrics[expected.metric] - expected.value)).toBeLessThanOrEqual(
        expected.tolerance,
      );
    },
  );
});
