import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = '{app,bench,components,e2e,lib,scripts}/**/*.{ts,tsx,mjs}';

/** What is left of an import when types are stripped: the modules a file needs to be evaluated first. */
function importsOf(file: string, text: string): readonly string[] {
  // What follows the last of them need not be parsed.
  const end = text.indexOf('\n', text.lastIndexOf("from '")) + 1 || text.length;
  const { statements } = ts.createSourceFile(file, text.slice(0, end), ts.ScriptTarget.ESNext);
  return statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      return statement.isTypeOnly ? [] : named(file, statement.moduleSpecifier);
    }
    if (!ts.isImportDeclaration(statement)) return [];
    return statement.importClause?.isTypeOnly === true ? [] : named(file, statement.moduleSpecifier);
  });
}

function named(file: string, specifier: ts.Expression | undefined): readonly string[] {
  if (!specifier || !ts.isStringLiteral(specifier)) return [];
  if (specifier.text.startsWith('#')) return [specifier.text.slice(1)];
  return specifier.text.startsWith('.') ? [normalize(join(dirname(file), specifier.text))] : [];
}

/** The first way that leads back to where it began. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const circle = walk(next, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  return [...graph.keys()].map((file) => walk(file, [])).find((circle) => circle !== undefined);
}

it('finds a circle, and none where only types go round', () => {
  const graph = (files: Readonly<Record<string, string>>) =>
    new Map(Object.entries(files).map(([file, text]) => [file, importsOf(file, text)]));
  const there = "import { b } from './b.ts'; export const a = b;";
  expect(circleIn(graph({ 'a.ts': there, 'b.ts': "export { a as b } from '#a.ts';" }))).toEqual([
    'a.ts',
    'b.ts',
    'a.ts',
  ]);
  expect(circleIn(graph({ 'a.ts': there, 'b.ts': "import type { a } from './a.ts';" }))).toBeUndefined();
});

// A circle of values breaks in whichever entry begins at its wrong end: the tests may all pass, and the bundle not start.
it('no module needs itself to be evaluated first', () => {
  const files = globSync(FOLDERS, { cwd: ROOT });
  const graph = new Map(
    files.map((file) => [file, importsOf(file, readFileSync(join(ROOT, file), 'utf8'))] as const),
  );
  expect(graph.size).toBeGreaterThan(1_000);
  expect(circleIn(graph)).toBeUndefined();
}, 60_000);
