import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { openStore, type Store } from '../store/open.ts';
import { listDirectory, readDocument } from './files.ts';
import { ProjectsService } from './projects.ts';
import { bestResult } from './results.ts';
import { TemplatesService } from './templates.ts';

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-services-'));
  store = openStore(join(folder, 'home'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('ProjectsService', () => {
  it('keeps every revision, and none twice in a row', () => {
    const projects = new ProjectsService(store, () => {});
    const { id, document } = projects.create(emptyDocument('One'));
    const second = { ...document, name: 'Two' };
    expect(projects.save(id, second, 1)).toBe(2);
    expect(projects.save(id, second, 2)).toBe(2);
    expect(projects.save(id, document, 2)).toBe(3);
    expect(projects.revisions(id).map(({ revision }) => revision)).toEqual([3, 2, 1]);
    expect(projects.revision(id, 2).name).toBe('Two');
  });

  it('refuses a change of an old revision, unless it is what is already there', () => {
    const projects = new ProjectsService(store, () => {});
    const { id, document } = projects.create(emptyDocument('One'));
    const theirs = { ...document, name: 'Theirs' };
    projects.save(id, theirs, 1);
    expect(() => projects.save(id, { ...document, name: 'Mine' }, 1)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'REVISION_CONFLICT' }) as unknown,
      }) as Error,
    );
    expect(projects.save(id, theirs, 1)).toBe(2);
  });

  it('is called what its newest document is called', () => {
    const projects = new ProjectsService(store, () => {});
    const { id } = projects.create(emptyDocument('One'));
    projects.rename(id, 'Two');
    expect(projects.list()).toMatchObject([{ id, name: 'Two', revision: 2 }]);
    expect(projects.open(id).document.name).toBe('Two');
  });

  it('gives what comes from the same origin one project', () => {
    const projects = new ProjectsService(store, () => {});
    const first = projects.createOrUpdate(emptyDocument('One'), 'template:x');
    expect(projects.createOrUpdate(emptyDocument('One'), 'template:x')).toMatchObject({
      id: first.id,
      revision: 1,
    });
    expect(projects.createOrUpdate(emptyDocument('Two'), 'template:x')).toMatchObject({
      id: first.id,
      revision: 2,
    });
    expect(projects.create(emptyDocument('One')).id).not.toBe(first.id);
  });

  it('tells whenever another data set is used, or by a project of another name', () => {
    let told = 0;
    const projects = new ProjectsService(store, () => told++);
    const { id, document } = projects.create(emptyDocument('One'));
    expect(told).toBe(0);
    projects.save(id, { ...document, dataset: 'sample:iris' }, 1);
    expect(told).toBe(1);
    projects.save(
      id,
      { ...document, dataset: 'sample:iris', training: { ...document.training, epochs: 7 } },
      2,
    );
    expect(told).toBe(1);
    projects.rename(id, 'Two');
    expect(told).toBe(2);
    projects.delete(id);
    expect(told).toBe(3);
  });
});

describe('bestResult', () => {
  it('prefers the test split and a metric to the loss', () => {
    const results = [
      { 'train.accuracy': 1, 'test.accuracy': 0.8, 'test.loss': 0.5 },
      { 'train.accuracy': 1, 'test.accuracy': 0.9, 'test.loss': 0.7 },
    ];
    expect(bestResult(results)).toEqual({ metric: 'test.accuracy', value: 0.9 });
  });

  it('takes the smallest error and the smallest loss', () => {
    expect(bestResult([{ 'validation.mae': 2 }, { 'validation.mae': 1 }, {}])).toEqual({
      metric: 'validation.mae',
      value: 1,
    });
    expect(bestResult([{ 'test.loss': 3 }, { 'test.loss': 2 }])).toEqual({ metric: 'test.loss', value: 2 });
  });

  it('is null without results', () => {
    expect(bestResult([])).toBeNull();
    expect(bestResult([{}])).toBeNull();
  });
});

describe('listDirectory', () => {
  it('shows folders first, numbers in order, and nothing hidden or broken', async () => {
    mkdirSync(join(folder, 'list', 'zoo'), { recursive: true });
    for (const name of ['b10.csv', 'b2.csv', '.hidden']) writeFileSync(join(folder, 'list', name), 'abc');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'list', 'broken'));
    const { entries, parent } = await listDirectory(join(folder, 'list'));
    expect(parent).toBe(folder);
    expect(entries.map(({ name, folder: isFolder, bytes }) => [name, isFolder, bytes])).toEqual([
      ['zoo', true, 0],
      ['b2.csv', false, 3],
      ['b10.csv', false, 3],
    ]);
  });

  it('begins at home and ends at the root', async () => {
    expect((await listDirectory(null)).path).toBe(homedir());
    expect((await listDirectory('/')).parent).toBeNull();
  });

  it('says that a folder cannot be opened', async () => {
    await expect(listDirectory(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

it('readDocument names the file and the place in it', async () => {
  const path = join(folder, 'a.strata.json');
  writeFileSync(path, '{\n  "format": ');
  await expect(readDocument(path)).rejects.toMatchObject({
    code: 'DOCUMENT_JSON',
    problem: { where: expect.stringContaining(`${path}, line 2`) as unknown },
  });
});

it('an unknown template is an error that names those there are', async () => {
  const templates = new TemplatesService(join(import.meta.dirname, '..', '..', 'templates'));
  await expect(templates.find('nope')).rejects.toMatchObject({
    code: 'TEMPLATE_UNKNOWN',
    problem: { expected: expect.stringContaining('iris-mlp') as unknown },
  });
});
