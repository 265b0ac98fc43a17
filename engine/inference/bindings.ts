import type { BoundRole, DatasetSchema } from '../core/dataset.ts';
import type { ModelDocument } from '../graph/document.ts';
import { Builder } from '../ir/builder.ts';
import { fill } from '../ops/constant.ts';
import { lower } from '../passes/lower.ts';
import { BatchInputs, type BatchInput } from './batch-inputs.ts';

/** What a node binds. */
interface NodeBinding {
  readonly node: string;
  readonly role: BoundRole;
  readonly input: BatchInput;
}

/** What the nodes of a model bind of its data, targets included; for a batch of 1. Throws `GRAPH_INVALID`. */
export class Bindings {
  readonly all: readonly NodeBinding[];

  constructor(document: ModelDocument, schema: DatasetSchema) {
    const b = new Builder('bindings');
    const none = fill(b, 0, [], 'u32');
    const inputs = new BatchInputs(schema, 1);
    const all: NodeBinding[] = [];
    lower(b, document, {
      schema,
      training: false,
      seed: none,
      step: none,
      columns: (...wanted) => {
        all.push({ node: b.origin ?? '', role: wanted[1], input: inputs.input(...wanted) });
        return inputs.columns(b, ...wanted);
      },
    });
    this.all = all;
  }

  /** What a node binds. */
  of(node: string): readonly BatchInput[] {
    return this.all.filter((bound) => bound.node === node).map(({ input }) => input);
  }

  /** Names of what `size` scores are of, where the values of some column are as many classes; those of targets first. */
  classes(size: number): readonly string[] | undefined {
    // Boxes have a class beside other numbers: scores of their five are not scores of five classes.
    const fitting = this.all.filter(
      ({ input: { binding } }) =>
        binding.classes?.length === size &&
        (binding.dtype === 'i32' || binding.parts.some(({ oneHot }) => oneHot)),
    );
    const first = fitting.find(({ input }) => input.binding.columns[0].role === 'target') ?? fitting[0];
    return first?.input.binding.classes;
  }
}
