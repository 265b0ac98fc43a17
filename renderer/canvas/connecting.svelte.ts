import type { Connection, OnConnectEnd, OnReconnectEnd } from '@xyflow/svelte';
import type { ModelEdge } from '../../engine/graph/document.ts';
import { connect, disconnect, edgeId, reaches, reconnect } from '../state/edit.ts';
import type { ProjectState } from '../state/project.svelte.ts';
import type { OpenEnd } from './actions.ts';
import type { FlowEdge, FlowNode } from './flow.ts';

/** How the connection being drawn would turn out: impossible, possible, or possible with an error to repair. */
type Verdict = 'none' | 'good' | 'doubtful' | 'impossible';
type Release = MouseEvent | TouchEvent;

/**
 * Drawing, moving and dropping connections. Each becomes an edit of the document, from which the flow is drawn again; the
 * flow adds no edge of its own.
 */
export class Connecting {
  verdict = $state<Verdict>('none');
  private readonly project: ProjectState;
  private readonly ondangling: (at: { x: number; y: number }, open: OpenEnd) => void;

  /** `ondangling` is told where a new connection was let go over the empty canvas. */
  constructor(project: ProjectState, ondangling: (at: { x: number; y: number }, open: OpenEnd) => void) {
    this.project = project;
    this.ondangling = ondangling;
  }

  isPossible = (connection: Connection | FlowEdge): boolean => {
    const edge = edgeOf(connection);
    const { from, to } = edge;
    const possible = from.node !== to.node && !reaches(this.project.graph, to.node, from.node);
    this.verdict = !possible ? 'impossible' : this.project.fits(edge) ? 'good' : 'doubtful';
    return possible;
  };

  add = (connection: Connection): false => {
    this.project.edit('connecting', connect(edgeOf(connection)));
    return false;
  };

  move = (edge: FlowEdge, old: FlowEdge): false => {
    if (old.data) this.project.edit('reconnecting', reconnect(old.data.edge, edgeOf(edge)));
    return false;
  };

  end: OnConnectEnd = (event, { isValid, fromHandle, toNode }) => {
    this.verdict = 'none';
    if (isValid || toNode || !fromHandle?.id || !isOverPane(event)) return;
    const side = fromHandle.type === 'source' ? 'source' : 'target';
    this.ondangling(pointOf(event), { node: fromHandle.nodeId, port: fromHandle.id, side });
  };

  /** An end of a connection that is let go over the empty canvas takes the connection away. */
  endMove: OnReconnectEnd<FlowNode, FlowEdge> = (event, { data }, _, { isValid, toNode }) => {
    this.verdict = 'none';
    if (isValid || toNode || !data || !isOverPane(event)) return;
    this.project.edit('disconnecting', disconnect(new Set([edgeId(data.edge)])));
  };
}

function edgeOf({ source, sourceHandle, target, targetHandle }: Connection | FlowEdge): ModelEdge {
  return {
    from: { node: source, port: sourceHandle ?? '' },
    to: { node: target, port: targetHandle ?? '' },
  };
}

function pointOf(event: Release): { x: number; y: number } {
  const { clientX, clientY } = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: clientX, y: clientY };
}

function isOverPane(event: Release): boolean {
  const { x, y } = pointOf(event);
  return Boolean(document.elementFromPoint(x, y)?.closest('.svelte-flow__pane'));
}
