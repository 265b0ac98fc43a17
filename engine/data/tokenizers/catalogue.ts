import { records } from './registry.gen.ts';
import type { TokenizerRecord } from './tokenizer.ts';

export const tokenizers: readonly TokenizerRecord[] = records;

export function tokenizerOf(id: string): TokenizerRecord {
  return tokenizers.find((record) => record.id === id)!;
}
