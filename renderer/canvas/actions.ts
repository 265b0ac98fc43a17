import type { useSvelteFlow } from '@xyflow/svelte';
import { isPlaced } from '../../engine/graph/definitions.ts';
import type { ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import type { Ports } from '../../engine/graph/ports.ts';
import { copyNodes, parseFragment, pasteFragment, type Fragment } from '../state/clipboard.ts';
import {
  addNode,
  connect,
  disconnect,
  insertOnEdge,
  moveNodes,
  removeNodes,
  setTrainable,
  type GraphEdit,
} from '../state/edit.ts';
import { GAP_ALONG, NODE_HEIGHT, NODE_WIDTH, type Position } from '../state/geometry.ts';
import { groupNodes } from '../state/group.ts';
import { editAt, makeIndependent, type Made } from '../state/groups.ts';
import { definitionIn } from '../state/levels.ts';
import type { Offer } from '../state/offers.ts';
import { ungroup } from '../state/ungroup.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import type { ProjectState } from '../state/project.svelte.ts';
import type { FlowEdge, FlowNode } from './flow.ts';
import { align, autoLayout, distribute, type Alignment, type Box } from './layout.ts';

type Flow = ReturnType<typeof useSvelteFlow<FlowNode, FlowEdge>>;

/** One end of a connection that was dropped where nothing is. */
export interface OpenEnd {
  readonly node: string;
  readonly port: string;
  readonly side: 'source' | 'target';
}

const PASTE_OFFSET = 32;

/** Everything a person can do on the canvas, the same from keys, menus, palette and pointer. */
export class CanvasActions {
  private readonly project: ProjectState;
  private readonly flow: Flow;

  constructor(project: ProjectState, flow: Flow) {
    this.project = project;
    this.flow = flow;
  }

  /** Adds what is offered, centred at a point, connected to `open` where that is given. */
  addAt(offer: Offer, [x, y]: Position, open: OpenEnd | null = null): void {
    this.place(`adding ${offer.title}`, offer, (node) => {
      const added = addNode(node, [x - NODE_WIDTH / 2, y - NODE_HEIGHT / 2]);
      const edge = open && edgeTo(open, node.id, offer);
      return edge ? (graph) => connect(edge)(added(graph)) : added;
    });
  }

  /** Puts what is offered into a connection. */
  insertInto(edge: ModelEdge, offer: Offer): void {
    this.place(`inserting ${offer.title}`, offer, (node) => insertOnEdge(edge, node, offer));
  }

  private place(label: string, offer: Offer, edit: (node: ModelNode) => GraphEdit): void {
    const { document, graph, level } = this.project;
    const { node, definitions } = offer.place(document, graph);
    const added = editAt(level, edit(node));
    this.project.editDocument(label, (before) =>
      added({ ...before, groups: [...before.groups, ...definitions] }),
    );
    this.project.selection.set([node.id]);
  }

  /** Adds without a pointer: below the one selected layer and connected to it, else in the middle of the view. */
  addNext(offer: Offer, centre: Position): void {
    const [id, ...others] = this.project.selection.nodes;
    const anchor = id && others.length === 0 ? this.flow.getNode(id) : undefined;
    const port = anchor?.data.ports.outputs[0];
    if (!anchor || !port) return this.addAt(offer, this.freeSpot(centre));
    const below = this.freeSpot([
      anchor.position.x + NODE_WIDTH / 2,
      anchor.position.y + NODE_HEIGHT * 1.5 + GAP_ALONG,
    ]);
    const open = { node: anchor.id, port: port.name, side: 'source' } as const;
    this.addAt(offer, below, offer.inputs.length > 0 ? open : null);
  }

  /** Makes one group of the selection. */
  group(): void {
    const { document, level, selection } = this.project;
    this.make('grouping', () => groupNodes(document, level, selection.nodes));
  }

  /** Takes the one selected group apart. */
  ungroup(): void {
    const { document, level } = this.project;
    const group = this.selectedGroup();
    if (group) this.make('ungrouping', () => ungroup(document, level, group.id));
  }

  /** Gives the one selected group a definition of its own. */
  makeIndependent(): void {
    const group = this.selectedGroup();
    if (!group) return;
    this.project.editDocument('making a group independent', makeIndependent(this.project.level, group.id));
  }

  /** Goes into a group: the one given, or the one that is selected. */
  enter(id = this.selectedGroup()?.id): boolean {
    const { graph, level, document } = this.project;
    const node = graph.nodes.find((other) => other.id === id);
    if (!node || !definitionIn(document.groups, node)) return false;
    this.project.open([...level, node.id]);
    return true;
  }

  /** Goes out of the open group; false in the model itself. */
  leave(): boolean {
    const { level } = this.project;
    if (level.length > 0) this.project.open(level.slice(0, -1));
    return level.length > 0;
  }

  /** The group that is selected, and nothing else. */
  selectedGroup(): ModelNode | undefined {
    const { graph, selection } = this.project;
    const [node, ...others] = graph.nodes.filter(({ id }) => selection.nodes.has(id));
    return others.length === 0 && node && isPlaced(node) ? node : undefined;
  }

  removeSelected(): void {
    const { nodes, edges } = this.project.selection;
    if (nodes.size === 0 && edges.size === 0) return;
    const label =
      nodes.size === 0
        ? 'disconnecting'
        : nodes.size === 1
          ? 'deleting a layer'
          : `deleting ${nodes.size} layers`;
    // Edges first: a cut that was selected together with a layer must not be joined again behind it.
    this.commit(label, (graph) => removeNodes(nodes)(disconnect(edges)(graph)));
  }

  duplicate(): void {
    const fragment = this.selected();
    if (fragment.nodes.length > 0) this.paste(fragment, 'duplicating');
  }

  /** The selection as text for the clipboard, or null where nothing is selected. */
  copy(): string | null {
    const fragment = this.selected();
    if (fragment.nodes.length === 0) return null;
    this.project.copied = fragment;
    return JSON.stringify(fragment, null, 1);
  }

  pasteText(text: string, at: Position | null): boolean {
    const fragment = parseFragment(text);
    if (fragment) this.paste(fragment, 'pasting', at);
    return fragment !== null;
  }

  /** Pastes at a point, or a little beside where the layers came from. */
  paste(fragment: Fragment, label: string, at: Position | null = null): void {
    const { document, level, id } = this.project;
    const { length } = fragment.nodes;
    this.make(`${label} ${length === 1 ? 'a layer' : `${length} layers`}`, () =>
      pasteFragment(document, level, fragment, id, ([x, y]) => at ?? [x + PASTE_OFFSET, y + PASTE_OFFSET]),
    );
  }

  private selected(): Fragment {
    const { document, level, selection, id } = this.project;
    return copyNodes(document, level, selection.nodes, id);
  }

  /** Carries out an edit that makes nodes, and selects them; where it is refused, says why. */
  private make(label: string, edit: () => Made): void {
    try {
      const made = edit();
      this.project.editDocument(label, made.edit);
      this.project.selection.set(made.ids);
    } catch (error) {
      toasts.fail(error);
    }
  }

  selectAll(): void {
    this.project.selection.set(this.project.graph.nodes.map((node) => node.id));
  }

  nudge(dx: number, dy: number): void {
    const boxes = this.selectedBoxes();
    if (boxes.length === 0) return;
    this.move('moving', Object.fromEntries(boxes.map(({ id, x, y }) => [id, [x + dx, y + dy]])), 'nudge');
  }

  align(how: Alignment): void {
    this.move('aligning', align(this.selectedBoxes(), how));
  }

  distribute(axis: 'x' | 'y'): void {
    this.move('distributing', distribute(this.selectedBoxes(), axis));
  }

  /** Where auto layout would put everything. */
  arranged(): Record<string, Position> {
    return autoLayout(this.project.graph);
  }

  move(label: string, positions: Readonly<Record<string, Position>>, merge: string | null = null): void {
    this.commit(label, moveNodes(positions), merge);
  }

  freeze(frozen: boolean): void {
    this.commit(frozen ? 'freezing' : 'unfreezing', setTrainable(this.project.selection.nodes, !frozen));
  }

  private selectedBoxes(): Box[] {
    const { graph, selection } = this.project;
    return graph.nodes
      .filter((node) => selection.nodes.has(node.id))
      .map(({ id }) => {
        const { x, y } = this.flow.getNode(id)?.position ?? { x: 0, y: 0 };
        return { id, x, y, width: NODE_WIDTH, height: NODE_HEIGHT };
      });
  }

  /** The nearest point to the right at which a new layer covers no other. */
  private freeSpot([x, y]: Position): Position {
    const taken = this.flow.getNodes().map(({ position }) => position);
    const covered = (at: number) =>
      taken.some(
        (node) =>
          Math.abs(node.x + NODE_WIDTH / 2 - at) < NODE_WIDTH &&
          Math.abs(node.y + NODE_HEIGHT / 2 - y) < NODE_HEIGHT,
      );
    let at = x;
    while (covered(at)) at += NODE_WIDTH + 32;
    return [at, y];
  }

  private commit(label: string, edit: GraphEdit, merge: string | null = null): void {
    this.project.edit(label, edit, merge);
  }
}

/** The edge between an open end and the first fitting port of a new node; null where it has none. */
function edgeTo(open: OpenEnd, node: string, offer: Ports): ModelEdge | null {
  const end = { node: open.node, port: open.port };
  const port = open.side === 'source' ? offer.inputs[0] : offer.outputs[0];
  if (!port) return null;
  return open.side === 'source'
    ? { from: end, to: { node, port: port.name } }
    : { from: { node, port: port.name }, to: end };
}
