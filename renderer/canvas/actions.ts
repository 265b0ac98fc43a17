import type { useSvelteFlow } from '@xyflow/svelte';
import type { ModelEdge } from '../../engine/graph/document.ts';
import type { LayerRecord } from '../../engine/layers/layer.ts';
import { copyNodes, parseFragment, pasteFragment, type Fragment } from '../state/clipboard.ts';
import {
  addNode,
  connect,
  disconnect,
  insertOnEdge,
  moveNodes,
  newNode,
  removeNodes,
  setTrainable,
  type Edit,
} from '../state/edit.ts';
import { GAP_ALONG, NODE_HEIGHT, NODE_WIDTH, type Position } from '../state/geometry.ts';
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
  /** What was copied last, for Paste in the menu, which may not read the system's clipboard. */
  copied: Fragment | null = null;

  constructor(project: ProjectState, flow: Flow) {
    this.project = project;
    this.flow = flow;
  }

  /** Adds a layer centred at a point, connected to `open` where that is given. */
  addAt(layer: LayerRecord, [x, y]: Position, open: OpenEnd | null = null): void {
    const node = newNode(this.project.document, layer.type);
    const added = addNode(node, [x - NODE_WIDTH / 2, y - NODE_HEIGHT / 2]);
    const edge = open && edgeTo(open, node.id, layer);
    this.commit(`adding ${layer.title}`, edge ? (document) => connect(edge)(added(document)) : added);
    this.project.selection.set([node.id]);
  }

  /** Puts a layer into a connection. */
  insertInto(edge: ModelEdge, layer: LayerRecord): void {
    const node = newNode(this.project.document, layer.type);
    this.commit(`inserting ${layer.title}`, insertOnEdge(edge, node));
    this.project.selection.set([node.id]);
  }

  /** Adds a layer without a pointer: below the one selected layer and connected to it, else in the middle of the view. */
  addNext(layer: LayerRecord, centre: Position): void {
    const [id, ...others] = this.project.selection.nodes;
    const anchor = id && others.length === 0 ? this.flow.getNode(id) : undefined;
    const port = anchor?.data.layer?.outputs[0];
    if (!anchor || !port) return this.addAt(layer, this.freeSpot(centre));
    const below = this.freeSpot([
      anchor.position.x + NODE_WIDTH / 2,
      anchor.position.y + NODE_HEIGHT * 1.5 + GAP_ALONG,
    ]);
    this.addAt(
      layer,
      below,
      layer.inputs.length > 0 ? { node: anchor.id, port: port.name, side: 'source' } : null,
    );
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
    this.commit(label, (document) => removeNodes(nodes)(disconnect(edges)(document)));
  }

  duplicate(): void {
    const fragment = copyNodes(this.project.document, this.project.selection.nodes);
    if (fragment.nodes.length > 0) this.paste(fragment, 'duplicating');
  }

  /** The selection as text for the clipboard, or null where nothing is selected. */
  copy(): string | null {
    const fragment = copyNodes(this.project.document, this.project.selection.nodes);
    if (fragment.nodes.length === 0) return null;
    this.copied = fragment;
    return JSON.stringify(fragment, null, 1);
  }

  pasteText(text: string, at: Position | null): boolean {
    const fragment = parseFragment(text);
    if (fragment) this.paste(fragment, 'pasting', at);
    return fragment !== null;
  }

  /** Pastes at a point, or a little beside where the layers came from. */
  paste(fragment: Fragment, label: string, at: Position | null = null): void {
    const { edit, ids } = pasteFragment(
      this.project.document,
      fragment,
      ([x, y]) => at ?? [x + PASTE_OFFSET, y + PASTE_OFFSET],
    );
    this.commit(`${label} ${ids.length === 1 ? 'a layer' : `${ids.length} layers`}`, edit);
    this.project.selection.set(ids);
  }

  selectAll(): void {
    this.project.selection.set(this.project.document.nodes.map((node) => node.id));
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
    return autoLayout(this.project.document);
  }

  move(label: string, positions: Readonly<Record<string, Position>>, merge: string | null = null): void {
    this.commit(label, moveNodes(positions), merge);
  }

  freeze(frozen: boolean): void {
    this.commit(frozen ? 'freezing' : 'unfreezing', setTrainable(this.project.selection.nodes, !frozen));
  }

  private selectedBoxes(): Box[] {
    const { document, selection } = this.project;
    return document.nodes
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

  private commit(label: string, edit: Edit, merge: string | null = null): void {
    this.project.edit(label, edit, merge);
  }
}

/** The edge between an open end and the first fitting port of a new node; null where it has none. */
function edgeTo(open: OpenEnd, node: string, layer: LayerRecord): ModelEdge | null {
  const end = { node: open.node, port: open.port };
  const port = open.side === 'source' ? layer.inputs[0] : layer.outputs[0];
  if (!port) return null;
  return open.side === 'source'
    ? { from: end, to: { node, port: port.name } }
    : { from: { node, port: port.name }, to: end };
}
