import type { Viewport } from '@xyflow/svelte';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { checkGraph } from '../../engine/graph/check.ts';
import type { ModelDocument, ModelEdge } from '../../engine/graph/document.ts';
import { starterModel } from '../../engine/graph/starter.ts';
import type { DatasetSummary, Project, StudioApi } from '../../main/contract.ts';
import { autoLayout } from '../canvas/layout.ts';
import type { Fragment } from './clipboard.ts';
import { Autosave } from './autosave.svelte.ts';
import { connect, moveNodes, type Graph, type GraphEdit } from './edit.ts';
import { editAll, editAt, type Edit } from './groups.ts';
import { beginHistory, record, redo, undo, type History } from './history.ts';
import { definitionAt, walk, type Level } from './levels.ts';
import { checksAt, problemsAt } from './inside.ts';
import { SelectionState } from './selection.svelte.ts';

/** What a person did, as the menu shows it ("Undo move"), and the level it was done at. */
interface Act {
  readonly label: string;
  readonly level: Level;
}

/** The open project. Every edit of its document goes through here, which is what makes all of them undoable. */
export class ProjectState {
  readonly id: string;
  readonly autosave: Autosave;
  readonly selection = new SelectionState();
  /** The data set that the document refers to, once it is resolved. */
  dataset = $state.raw<DatasetSummary | null>(null);
  /** What was copied last, for Paste in the menu, which may not read the system's clipboard. */
  copied: Fragment | null = null;
  /** How each level was last looked at, by its path. */
  readonly viewports = new Map<string, Viewport>();
  /** The group that is open on the canvas; empty for the model itself. */
  level = $state.raw<Level>([]);
  private history = $state.raw<History<ModelDocument, Act>>() as History<ModelDocument, Act>;

  readonly document = $derived(this.history.present);
  readonly schema = $derived<DatasetSchema | undefined>(this.dataset?.schema);
  /** Types, costs and diagnostics of the document as it is now. */
  readonly check = $derived(checkGraph(this.document, this.schema));
  /** The definition of the open group. */
  readonly definition = $derived(definitionAt(this.document, this.level));
  /** What the open level holds. */
  readonly graph = $derived<Graph>(this.definition ?? this.document);
  /** Checks of the open level's nodes, by id. */
  readonly checks = $derived(checksAt(this.check, this.document, this.level));
  /** What is wrong at the open level, groups with errors inside included. */
  readonly problems = $derived(problemsAt(this.check, this.document, this.level));
  readonly undoLabel = $derived(this.history.past.at(-1)?.act.label ?? null);
  readonly redoLabel = $derived(this.history.future[0]?.act.label ?? null);

  constructor(api: StudioApi, project: Project) {
    this.id = project.id;
    const unsaved = Autosave.unsaved(project.id);
    this.autosave = new Autosave(api, project.id, unsaved?.revision ?? project.revision);
    this.history = beginHistory(placed(unsaved?.document ?? project.document));
    if (unsaved) this.autosave.schedule(unsaved.document);
  }

  /**
   * Makes one undoable step out of an edit of the open level. `label` says in the menu what Undo would take back; successive
   * edits with the same `merge` key (typing in one field) are one step.
   */
  edit(label: string, edit: GraphEdit, merge: string | null = null): void {
    this.editDocument(label, editAt(this.level, edit), merge);
  }

  /** The same with an edit of the whole document. */
  editDocument(label: string, edit: Edit, merge: string | null = null): void {
    const act = { label, level: this.level };
    this.step(record(this.history, act, edit(this.document), merge, performance.now()));
  }

  undo(): void {
    this.travel(undo(this.history), this.history.past.at(-1)?.act);
  }

  redo(): void {
    this.travel(redo(this.history), this.history.future[0]?.act);
  }

  /** Begins an empty document with a small model for its data set. Throws `STARTER_UNKNOWN`. */
  start(): void {
    const { dataset, schema } = this;
    if (!dataset || !schema) return;
    const { nodes, edges, training } = starterModel(schema, dataset.hash);
    this.editDocument('starting with a model', (document) => placed({ ...document, nodes, edges, training }));
  }

  /** Opens a level of the document. Coming out of a group, the group is selected. */
  open(level: Level): void {
    const inner = level.every((id, at) => id === this.level[at]) ? this.level.at(level.length) : undefined;
    this.level = level;
    this.selection.set(inner === undefined ? [] : [inner]);
  }

  /** True where this connection would bring no error to the port it arrives at. */
  fits(edge: ModelEdge): boolean {
    const connected = editAt(this.level, connect(edge))(this.document);
    const problems = problemsAt(checkGraph(connected, this.schema), connected, this.level);
    const { node, port } = edge.to;
    return !problems.some((it) => it.severity === 'error' && it.node === node && it.port === port);
  }

  /** Shows what another window stored, in place of this window's edits, which stay one Undo away. */
  async takeTheirs(): Promise<void> {
    const document = await this.autosave.takeTheirs();
    const act = { label: 'loading the other version', level: [] };
    this.step(record(this.history, act, document, null, performance.now()), false);
  }

  /** Goes to where an edit was made, so that what is undone or done again can be seen. */
  private travel(next: History<ModelDocument, Act>, act: Act | undefined): void {
    if (!act) return;
    this.step(next);
    if (act.level.join() !== this.level.join() && walk(next.present, act.level).length === act.level.length)
      this.open(act.level);
  }

  private step(next: History<ModelDocument, Act>, save = true): void {
    if (save && next.present !== this.history.present) this.autosave.schedule(next.present);
    this.history = next;
    const { length } = walk(next.present, this.level);
    if (length < this.level.length) this.open(this.level.slice(0, length));
    this.selection.keep(this.graph);
  }
}

/** A document that was written by hand or by a program may say nothing about where its nodes stand. */
const placed = editAll((graph) =>
  graph.nodes.some(({ id }) => !(id in graph.layout)) ? moveNodes(autoLayout(graph))(graph) : graph,
);
