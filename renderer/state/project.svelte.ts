import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { checkGraph } from '../../engine/graph/check.ts';
import type { ModelDocument, ModelEdge } from '../../engine/graph/document.ts';
import type { DatasetSummary, Project, StudioApi } from '../../main/contract.ts';
import { autoLayout } from '../canvas/layout.ts';
import { Autosave } from './autosave.svelte.ts';
import { connect, moveNodes, type Edit } from './edit.ts';
import { beginHistory, record, redo, undo, type History } from './history.ts';
import { SelectionState } from './selection.svelte.ts';

/** The open project. Every edit of its document goes through `edit`, which is what makes all of them undoable. */
export class ProjectState {
  readonly id: string;
  readonly autosave: Autosave;
  readonly selection = new SelectionState();
  /** The data set that the document refers to, once it is resolved. */
  dataset = $state.raw<DatasetSummary | null>(null);
  private history = $state.raw<History<ModelDocument>>() as History<ModelDocument>;

  readonly document = $derived(this.history.present);
  readonly schema = $derived<DatasetSchema | undefined>(this.dataset?.schema);
  /** Types, costs and diagnostics of the document as it is now. */
  readonly check = $derived(checkGraph(this.document, this.schema));
  readonly undoLabel = $derived(this.history.past.at(-1)?.label ?? null);
  readonly redoLabel = $derived(this.history.future[0]?.label ?? null);

  constructor(api: StudioApi, project: Project) {
    this.id = project.id;
    const unsaved = Autosave.unsaved(project.id);
    this.autosave = new Autosave(api, project.id, unsaved?.revision ?? project.revision);
    this.history = beginHistory(placed(unsaved?.document ?? project.document));
    if (unsaved) this.autosave.schedule(unsaved.document);
  }

  /**
   * Makes one undoable step out of an edit. `label` says in the menu what Undo would take back; successive edits with
   * the same `merge` key (typing in one field) are one step.
   */
  edit(label: string, edit: Edit, merge: string | null = null): void {
    this.step(record(this.history, label, edit(this.document), merge, performance.now()));
  }

  undo(): void {
    this.step(undo(this.history));
  }

  redo(): void {
    this.step(redo(this.history));
  }

  /** True where this connection would bring no error to the port it arrives at. */
  fits(edge: ModelEdge): boolean {
    const { diagnostics } = checkGraph(connect(edge)(this.document), this.schema);
    const { node, port } = edge.to;
    return !diagnostics.some((it) => it.severity === 'error' && it.node === node && it.port === port);
  }

  /** Shows what another window stored, in place of this window's edits, which stay one Undo away. */
  async takeTheirs(): Promise<void> {
    const document = await this.autosave.takeTheirs();
    this.history = record(this.history, 'loading the other version', document, null, performance.now());
  }

  private step(next: History<ModelDocument>): void {
    if (next.present !== this.history.present) this.autosave.schedule(next.present);
    this.history = next;
    this.selection.keep(next.present);
  }
}

/** A document that was written by hand or by a program may say nothing about where its nodes stand. */
function placed(document: ModelDocument): ModelDocument {
  const missing = document.nodes.some(({ id }) => !(id in document.layout));
  return missing ? moveNodes(autoLayout(document))(document) : document;
}
