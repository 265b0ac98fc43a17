export const ROOT: string;
export function findNode(): string | null;
export function runUnderNode(
  file: string,
  parameters: readonly string[],
  environment?: Readonly<Record<string, string>>,
): void;
