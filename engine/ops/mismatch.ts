import { StrataError } from '../core/errors.ts';

/** What an op's `infer` throws where its inputs do not fit. */
export function mismatch(message: string, got: string, expected: string): StrataError {
  return new StrataError({ code: 'OP_TYPE', message, got, expected });
}
