import { toProblem, type Problem } from '../../engine/core/errors.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import type { StudioApi } from '../../main/contract.ts';

export type SaveStatus =
  | { readonly kind: 'saved' | 'saving' }
  /** The newest edits are only in this window (and its local storage) so far. */
  | { readonly kind: 'problem' | 'conflict'; readonly problem: Problem };

type SaveApi = Pick<StudioApi, 'saveRevision' | 'openProject'>;
type Unsaved = { readonly document: ModelDocument; readonly revision: number };

const DELAY_MS = 400;
const RETRY_MS = 4000;

/**
 * Stores every revision of a project shortly after it was made. What is not stored yet lies in the page's local
 * storage, so that neither a lost connection nor a closed window loses an edit.
 */
export class Autosave {
  status = $state.raw<SaveStatus>({ kind: 'saved' });
  private pending: ModelDocument | null = null;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly api: SaveApi;
  private readonly projectId: string;
  private revision: number;

  constructor(api: SaveApi, projectId: string, revision: number) {
    this.api = api;
    this.projectId = projectId;
    this.revision = revision;
  }

  /** Edits of an earlier visit that never reached main. */
  static unsaved(projectId: string): Unsaved | null {
    const text = localStorage.getItem(keyOf(projectId));
    if (text === null) return null;
    const { revision, document } = JSON.parse(text) as { revision: number; document: unknown };
    return { revision, document: parseDocument(document) };
  }

  schedule(document: ModelDocument): void {
    this.pending = document;
    this.backUp(document);
    if (this.status.kind === 'conflict') return;
    this.status = { kind: 'saving' };
    this.later(DELAY_MS);
  }

  /** Stores what is pending now; resolves when there is nothing left to store, or it cannot be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.busy || this.status.kind === 'conflict') return;
    this.busy = true;
    try {
      while (this.pending) {
        const problem = await this.store(this.pending);
        if (problem) {
          this.status = { kind: 'conflict', problem };
          return;
        }
      }
      this.status = { kind: 'saved' };
      localStorage.removeItem(keyOf(this.projectId));
    } catch (error) {
      this.status = { kind: 'problem', problem: toProblem(error) };
      this.later(RETRY_MS);
    } finally {
      this.busy = false;
    }
  }

  /** Ends a conflict: this window's document becomes the newest revision, on top of the other one. */
  async keepMine(document: ModelDocument): Promise<void> {
    this.revision = (await this.api.openProject(this.projectId)).revision;
    this.status = { kind: 'saving' };
    this.pending = document;
    await this.flush();
  }

  /** Ends a conflict: gives up this window's edits and returns what is stored. */
  async takeTheirs(): Promise<ModelDocument> {
    const project = await this.api.openProject(this.projectId);
    this.pending = null;
    this.revision = project.revision;
    this.status = { kind: 'saved' };
    localStorage.removeItem(keyOf(this.projectId));
    return project.document;
  }

  /** Returns the conflict where another window stored a revision since; throws where it cannot be stored now. */
  private async store(document: ModelDocument): Promise<Problem | null> {
    try {
      this.revision = (await this.api.saveRevision(this.projectId, document, this.revision)).revision;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'REVISION_CONFLICT') throw error;
      // A save whose answer was lost looks like a conflict with ourselves: then the newest revision is this document.
      const newest = await this.api.openProject(this.projectId);
      if (serialiseDocument(newest.document) !== serialiseDocument(document)) return problem;
      this.revision = newest.revision;
    }
    if (this.pending === document) this.pending = null;
    return null;
  }

  private backUp(document: ModelDocument): void {
    localStorage.setItem(keyOf(this.projectId), JSON.stringify({ revision: this.revision, document }));
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }
}

const keyOf = (projectId: string) => `strata:unsaved:${projectId}`;
