import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './node.mjs';

/** One problem as the source states it; what is only known at run time stands as "…". */
export interface ErrorCode {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** Folder of the file that states it. */
  readonly area: string;
}

/** Every `{ code: 'SOME_CODE', message: … }` of the product's source, by code; the first one counts. */
export function errorCodes(): ErrorCode[] {
  const found = new Map<string, ErrorCode>();
  const files = globSync('{engine,main,renderer}/**/*.{ts,svelte}', { cwd: ROOT }).filter(
    (file) => !/\.(test|gen)\.ts$/.test(file),
  );
  for (const file of files.sort()) {
    const area = file.split('/').slice(0, 2).join('/');
    for (const literal of objectsOf(readFileSync(join(ROOT, file), 'utf8'))) {
      const code = textOf(literal, 'code');
      const known = found.get(code);
      if (!/^[A-Z][A-Z0-9_]+$/.test(code) || (known && known.message !== '')) continue;
      found.set(code, { code, message: textOf(literal, 'message'), fix: textOf(literal, 'fix'), area });
    }
  }
  return [...found.values()].sort((a, b) => a.code.localeCompare(b.code));
}

function objectsOf(source: string): ts.ObjectLiteralExpression[] {
  // The script of a component is enough, and a plain file has no tags.
  const script = /<script[^>]*>([\s\S]*?)<\/script>/.exec(source)?.[1] ?? source;
  const literals: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) literals.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', script, ts.ScriptTarget.Latest, true));
  return literals;
}

function textOf(literal: ts.ObjectLiteralExpression, name: string): string {
  for (const property of literal.properties) {
    if (ts.isPropertyAssignment(property) && property.name.getText() === name)
      return words(property.initializer);
  }
  return '';
}

function words(expression: ts.Expression): string {
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isTemplateExpression(expression)) {
    return expression.head.text + expression.templateSpans.map((span) => `…${span.literal.text}`).join('');
  }
  if (ts.isConditionalExpression(expression)) return words(expression.whenTrue);
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return words(expression.left) + words(expression.right);
  }
  if (ts.isParenthesizedExpression(expression)) return words(expression.expression);
  return '';
}
