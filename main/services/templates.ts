import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { StrataError } from '../../engine/core/errors.ts';
import type { TemplateSummary } from '../contract.ts';
import { readDocument } from './files.ts';

/** What `template.json` says beside the graph and the README. */
export const TemplateSchema = v.strictObject({
  title: v.string(),
  summary: v.string(),
  task: v.string(),
  /** What training it as it is gives; a test reproduces it. */
  expected: v.strictObject({ metric: v.string(), value: v.number(), tolerance: v.number() }),
});

export interface Template extends TemplateSummary {
  readonly expected: v.InferOutput<typeof TemplateSchema>['expected'];
}

/** Models to start from: one folder each, `graph.strata.json`, `template.json` and `README.md`. */
export class TemplatesService {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async list(): Promise<Template[]> {
    const entries = await readdir(this.folder, { withFileTypes: true });
    const slugs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return Promise.all(slugs.sort().map((slug) => this.read(slug)));
  }

  /** Throws `TEMPLATE_UNKNOWN`. */
  async find(slug: string): Promise<Template> {
    const templates = await this.list();
    const template = templates.find((candidate) => candidate.slug === slug);
    if (template) return template;
    throw new StrataError({
      code: 'TEMPLATE_UNKNOWN',
      message: `There is no template called "${slug}".`,
      got: slug,
      expected: templates.map((candidate) => candidate.slug).join(', '),
      fix: 'Choose one of these, or give the path of a *.strata.json file.',
    });
  }

  private async read(slug: string): Promise<Template> {
    const [document, description, readme] = await Promise.all([
      readDocument(join(this.folder, slug, 'graph.strata.json')),
      readFile(join(this.folder, slug, 'template.json'), 'utf8'),
      readFile(join(this.folder, slug, 'README.md'), 'utf8'),
    ]);
    const template = v.parse(TemplateSchema, JSON.parse(description));
    return { slug, ...template, dataset: document.dataset ?? '', readme, document };
  }
}
