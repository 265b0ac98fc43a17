import type { DatasetSchema } from '../core/dataset.ts';
import type { ModelDocument } from '../graph/document.ts';
import { Builder } from '../ir/builder.ts';
import { fill } from '../ops/constant.ts';
import { lower } from '../passes/lower.ts';
import { BatchInputs, type BatchInput } from './batch-inputs.ts';

/** What the nodes of a model bind of its data, targets included; for a batch of 1. */
export class Bindings {
  private readonly byNode = new Map<string, BatchInput[]>();

  constructor(document: ModelDocument, schema: DatasetSchema) {
    const b = new Builder('bindings');
    const none = fill(b, 0, [], 'u32');
    const inputs = new BatchInputs(schema, 1);
    lower(b, document, {
      schema,
      training: false,
      seed: none,
      step: none,
      columns: (...wanted) => {
        const node = b.origin ?? '';
        this.byNode.set(node, [...this.of(node), inputs.input(...wanted)]);
        return inputs.columns(b, ...wanted);
      },
    });
  }

  /** What a node binds. */
  of(node: string): readonly BatchInput[] {
    return this.byNode.get(node) ?? [];
  }

  /** Names of what `size` scores are of, where some column has as many classes; those of targets first. */
  classes(size: number): readonly string[] | undefined {
    const all = [...this.byNode.values()].flat();
    const fitting = all.filter(({ binding }) => binding.classes?.length === size);
    const isTarget = ({ binding }: BatchInput): boolean => binding.columns[0].role === 'target';
    return (fitting.find(isTarget) ?? fitting[0])?.binding.classes;
  }
}
