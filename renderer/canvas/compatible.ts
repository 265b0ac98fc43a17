import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { defaultsOf } from '../../engine/core/fields.ts';
import type { LayerRecord, PortType } from '../../engine/layers/layer.ts';

/** True where `layer` with its defaults takes a value of this type at its first port. */
export function accepts(layer: LayerRecord, type: PortType | undefined, data?: DatasetSchema): boolean {
  const [first, ...others] = layer.inputs;
  if (!first) return false;
  // Other ports that must be connected say nothing yet: whether they fit is seen once they are.
  if (!type || others.some((port) => !port.optional)) return true;
  const inputs = Object.fromEntries(layer.inputs.map((port) => [port.name, port === first ? [type] : []]));
  const result = layer.infer({ inputs, params: defaultsOf(layer.fields), data });
  return !(result.problems ?? []).some(({ severity, port }) => severity === 'error' && port === first.name);
}
