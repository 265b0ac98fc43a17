import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { defaultsOf } from '../../engine/core/fields.ts';
import type { PortType } from '../../engine/layers/layer.ts';
import { layerOf } from '../state/layers.ts';
import { offersAt, type Offer } from '../state/offers.ts';
import type { ProjectState } from '../state/project.svelte.ts';
import type { OpenEnd } from './actions.ts';

/** What can be added at the open end of a connection, or anywhere where there is none. */
export function offersFor(
  { document, level, checks, schema }: ProjectState,
  open: OpenEnd | null,
): readonly Offer[] {
  const offers = offersAt(document, level);
  if (!open) return offers;
  if (open.side === 'target') return offers.filter(({ outputs }) => outputs.length > 0);
  const type = checks[open.node]?.outputs[open.port];
  return offers.filter((offer) => accepts(offer, type, schema));
}

/** Says why a list holds only some of what there is. */
export function noteOf(open: OpenEnd | null): string | null {
  if (!open) return null;
  return open.side === 'source' ? 'Layers that take this value' : 'Layers that can feed this port';
}

/** True where what is offered takes, with its defaults, a value of this type at its first port. */
function accepts(offer: Offer, type: PortType | undefined, data?: DatasetSchema): boolean {
  const [first, ...others] = offer.inputs;
  if (!first) return false;
  const layer = layerOf(offer.type);
  // What a group takes is known only once it is placed.
  if (!layer) return true;
  // Other ports that must be connected say nothing yet: whether they fit is seen once they are.
  if (!type || others.some((port) => !port.optional)) return true;
  const inputs = Object.fromEntries(layer.inputs.map((port) => [port.name, port === first ? [type] : []]));
  const result = layer.infer({ inputs, params: defaultsOf(layer.fields), data });
  return !(result.problems ?? []).some(({ severity, port }) => severity === 'error' && port === first.name);
}
