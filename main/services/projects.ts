import { StrataError } from '../../engine/core/errors.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import type { Project, ProjectSummary, RevisionSummary } from '../contract.ts';
import type { Store } from '../store/open.ts';
import type { ProjectOverview } from '../store/projects.ts';
import { newId } from './ids.ts';
import { bestResult } from './results.ts';

/** Projects and every revision of their documents. A project is called what its newest document is called. */
export class ProjectsService {
  private readonly store: Store;
  /** What uses which data set has changed. */
  private readonly onuse: () => void;

  constructor(store: Store, onuse: () => void) {
    this.store = store;
    this.onuse = onuse;
  }

  list(): ProjectSummary[] {
    return this.store.projects.list().map((project) => this.summary(project));
  }

  open(id: string): Project {
    return { ...this.summary(this.require(id)), document: this.newest(id).document };
  }

  /** `origin` says what the command line made the project from. */
  create(document: ModelDocument, origin: string | null = null): Project {
    const id = newId();
    const now = new Date().toISOString();
    this.store.write(() => {
      this.store.projects.insert({ id, name: document.name, origin, createdAt: now, updatedAt: now });
      this.insert(id, 1, document, now);
    });
    if (document.dataset !== undefined) this.onuse();
    return this.open(id);
  }

  /** The project that was made from `origin`, with this document as its newest revision. */
  createOrUpdate(document: ModelDocument, origin: string): Project {
    const known = this.store.projects.findByOrigin(origin);
    if (!known) return this.create(document, origin);
    this.save(known.id, document, known.revision);
    return this.open(known.id);
  }

  /** Stores a revision, unless it is the same as the newest. Throws `REVISION_CONFLICT` where `base` is not the newest. */
  save(id: string, document: ModelDocument, base: number): number {
    const before = this.newest(id).document;
    const revision = this.write(id, document, base);
    if (before.dataset !== document.dataset || before.name !== document.name) this.onuse();
    return revision;
  }

  private write(id: string, document: ModelDocument, base: number): number {
    return this.store.write(() => {
      const newest = this.newest(id);
      if (newest.text === serialiseDocument(document)) return newest.revision;
      if (newest.revision !== base) throw conflict(newest.revision, base);
      const now = new Date().toISOString();
      this.insert(id, base + 1, document, now);
      this.store.projects.touch(id, document.name, now);
      return base + 1;
    });
  }

  revisions(id: string): RevisionSummary[] {
    this.require(id);
    return this.store.revisions.list(id);
  }

  revision(id: string, revision: number): ModelDocument {
    const found = this.store.revisions.find(id, revision);
    if (!found) throw missing('REVISION_MISSING', `There is no revision ${revision} of this project.`);
    return parseDocument(found.document);
  }

  rename(id: string, name: string): void {
    this.require(id);
    const { document, revision } = this.newest(id);
    this.save(id, { ...document, name }, revision);
  }

  delete(id: string): void {
    this.store.projects.delete(id);
    this.onuse();
  }

  newest(id: string): { readonly revision: number; readonly text: string; readonly document: ModelDocument } {
    const newest = this.store.revisions.newest(id);
    if (!newest) throw missing('PROJECT_MISSING', 'This project does not exist any more.');
    return { revision: newest.revision, text: newest.document, document: parseDocument(newest.document) };
  }

  private require(id: string): ProjectOverview {
    const project = this.store.projects.find(id);
    if (!project) throw missing('PROJECT_MISSING', 'This project does not exist any more.');
    return project;
  }

  private insert(id: string, revision: number, document: ModelDocument, createdAt: string): void {
    const text = serialiseDocument(document);
    this.store.revisions.insert(id, { revision, createdAt, nodes: document.nodes.length, document: text });
  }

  private summary({ origin: _, ...project }: ProjectOverview): ProjectSummary {
    return { ...project, best: bestResult(this.store.runs.results(project.id)) };
  }
}

function conflict(newest: number, base: number): StrataError {
  return new StrataError({
    code: 'REVISION_CONFLICT',
    message: 'The project was changed in another window meanwhile.',
    got: `a change of revision ${base}`,
    expected: `a change of revision ${newest}`,
    fix: 'Load the other version, or save yours as a new project.',
  });
}

function missing(code: string, message: string): StrataError {
  return new StrataError({ code, message, fix: 'Go back to the list of projects.' });
}
