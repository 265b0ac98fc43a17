import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { starterModel } from '../../engine/graph/starter.ts';
import type { StrataApp } from '../app.ts';
import { readDocument } from '../services/files.ts';

/** A model that the command line asks for: the path of a document, the slug of a template, or one that fits a data set. */
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

export async function starterFor(app: StrataApp, dataset: string | undefined): Promise<ModelSource> {
  const { schema, hash } = await app.datasets.require(dataset);
  return { document: starterModel(schema, dataset ?? hash), origin: `starter:${hash}` };
}
