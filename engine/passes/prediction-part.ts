import type { GraphCheck } from '../graph/check.ts';
import type { ModelEdge } from '../graph/document.ts';

/** The part of a graph that makes its predictions. */
export interface PredictionPart {
  /** Nodes that a prediction depends on, each after those it depends on. */
  readonly order: readonly string[];
  /** Output nodes or, where there are none, losses, and where their predictions come from. */
  readonly predictions: readonly { readonly node: string; readonly from: ModelEdge['from'] }[];
}

export function predictionPart({ nodes, order }: GraphCheck, edges: readonly ModelEdge[]): PredictionPart {
  const ends = order.flatMap((id) => {
    const port = nodes[id].layer?.prediction;
    const edge = edges.find(({ to }) => to.node === id && to.port === port);
    return edge ? [{ node: id, from: edge.from, loss: nodes[id].layer?.loss !== undefined }] : [];
  });
  const outputs = ends.filter(({ loss }) => !loss);
  const predictions = outputs.length > 0 ? outputs : ends;
  const needed = new Set(predictions.map(({ from }) => from.node));
  for (const id of order.toReversed()) {
    if (!needed.has(id)) continue;
    for (const { from, to } of edges) if (to.node === id) needed.add(from.node);
  }
  return { order: order.filter((id) => needed.has(id)), predictions };
}
