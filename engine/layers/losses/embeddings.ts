import { sameShape } from '../../core/shape.ts';
import type { InputTypes, LayerProblem } from '../layer.ts';
import { formatPort, lastExtent, mismatch, requireRows } from '../shapes.ts';

/** A problem unless embeddings of one length, one for each example, arrive at all ports. */
export function checkEmbeddings(inputs: InputTypes, ports: readonly string[]): LayerProblem | null {
  const [first] = inputs[ports[0]];
  for (const port of ports) {
    const [type] = inputs[port];
    const problem = requireRows(port, type);
    if (problem) return problem;
    if (sameShape(type.shape, first.shape)) continue;
    return mismatch(port, type, formatPort(first), {
      message: 'Only embeddings of one length can be compared.',
      fix: 'Make all of them with the same layers, or with layers of one width.',
      repair: { kind: 'resize', extent: lastExtent(first) },
    });
  }
  return null;
}
