import type { Builder, Value } from '../ir/builder.ts';
import type { Instruction, Scan, ValueId } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { fill } from '../ops/constant.ts';
import { mul } from '../ops/mul.ts';
import { sum } from '../ops/reduce-sum.ts';
import { differentiate } from './differentiate.ts';
import { inline } from './inline.ts';

/**
 * Back-propagation through time (Werbos, "Backpropagation through time: what it does and how to do it", Proc. IEEE 78(10), 1990): a
 * recurrence in the other direction. Each step is computed again from the carries before it, so nothing of it has to be kept; the
 * gradients of constants are added up on the way. Returns the gradients of the inputs, null where none is needed.
 */
export function scanGradients(
  b: Builder,
  { inputs, results }: Instruction,
  scan: Scan,
  gradientOf: (value: ValueId) => Value | undefined,
  needed: readonly boolean[],
): (Value | null)[] {
  const { steps, carries, sequences, body } = scan;
  const given = inputs.map((input) => b.value(input));
  const [first, series, constants] = [
    given.slice(0, carries),
    given.slice(carries, carries + sequences),
    given.slice(carries + sequences),
  ];
  const outputs = body.outputs.length - carries;
  const upstream = Array.from({ length: outputs }, (_, at) => gradientOf(results[carries + at]));
  const before = results.slice(carries + outputs).map((result) => b.value(result));
  const zeros = ({ type }: Value): Value => fill(b, 0, type.shape);
  const learned = constants.filter((_, at) => needed[carries + sequences + at]);
  const back = b.scan(
    {
      first: [...first.map((value, at) => gradientOf(results[at]) ?? zeros(value)), ...learned.map(zeros)],
      sequences: [...before, ...series, ...upstream.filter((value) => value !== undefined)],
      constants,
      steps,
      reverse: !scan.reverse,
    },
    (step, at) => {
      const seen = {
        carry: at.slices.slice(0, carries),
        sequence: at.slices.slice(carries, carries + sequences),
        constant: at.constants,
      };
      const made = inline(step, body, (state) => {
        const [kind, number] = state.split('.');
        return seen[kind as keyof typeof seen][Number(number)];
      });
      const arriving = [
        ...at.carries.slice(0, carries),
        ...spread(upstream, at.slices.slice(carries + sequences)),
      ];
      const terms = body.outputs.flatMap(({ value }, which) => {
        const gradient = arriving[which];
        return gradient ? [sum(step, mul(step, made.get(value)!, gradient))] : [];
      });
      const loss = terms.reduce((total, term) => add(step, total, term));
      const wanted = [
        ...seen.carry,
        ...seen.sequence.filter((_, which) => needed[carries + which]),
        ...seen.constant.filter((_, which) => needed[carries + sequences + which]),
      ];
      const found = differentiate(step, loss, wanted);
      const constantsAt = found.length - learned.length;
      const totals = at.carries
        .slice(carries)
        .map((total, which) => add(step, total, found[constantsAt + which]));
      return { carries: [...found.slice(0, carries), ...totals], outputs: found.slice(carries, constantsAt) };
    },
  );
  const next = { sequence: back.outputs.values(), constant: back.last.slice(carries).values() };
  return inputs.map((_, at) => {
    if (at < carries) return back.last[at];
    if (!needed[at]) return null;
    return (at < carries + sequences ? next.sequence : next.constant).next().value ?? null;
  });
}

/** The values in the places of those that are there. */
function spread(places: readonly unknown[], values: readonly Value[]): (Value | undefined)[] {
  const next = values.values();
  return places.map((place) => (place === undefined ? undefined : next.next().value));
}
