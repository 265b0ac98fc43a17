import { edgeId, type Graph } from './edit.ts';

/** What is selected on the canvas. */
export class SelectionState {
  nodes = $state.raw<ReadonlySet<string>>(new Set());
  edges = $state.raw<ReadonlySet<string>>(new Set());

  set(nodes: Iterable<string>, edges: Iterable<string> = []): void {
    const next = { nodes: new Set(nodes), edges: new Set(edges) };
    if (!same(this.nodes, next.nodes)) this.nodes = next.nodes;
    if (!same(this.edges, next.edges)) this.edges = next.edges;
  }

  /** Forgets what an edit or an undo took away. */
  keep(graph: Graph): void {
    const nodes = new Set(graph.nodes.map((node) => node.id));
    const edges = new Set(graph.edges.map(edgeId));
    this.set(
      [...this.nodes].filter((id) => nodes.has(id)),
      [...this.edges].filter((id) => edges.has(id)),
    );
  }
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}
