import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ModelDocument } from '../../engine/graph/document.ts';
import type { StrataApp } from '../app.ts';
import { readDocument } from '../services/files.ts';

/** A model named on the command line: the path of a document, or the slug of a template. */
export interface ModelSource {
  readonly document: ModelDocument;
  /** Which project it belongs to in the store. */
  readonly origin: string;
}

export async function readModel(app: StrataApp, name: string): Promise<ModelSource> {
  if (existsSync(name) || /[/\\]|\.json$/.test(name)) {
    const path = resolve(name);
    return { document: await readDocument(path), origin: `file:${path}` };
  }
  const { document } = await app.templates.find(name);
  return { document, origin: `template:${name}` };
}
