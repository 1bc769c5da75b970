import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunbookBlock, RunbookInline } from '#lib/contract/runbooks.ts';
import { commandProblems } from './command-shapes.fixture.ts';
import { markdownBlocks } from './markdown-blocks.ts';
import { BUILT_IN_RUNBOOKS } from './runbook-family.ts';
import { isRunbookId } from './runbook-id.ts';
import { BUILT_IN_FOLDER } from './runbook-shelf.ts';

const DIAGNOSIS = join(import.meta.dirname, '..', '..', 'diagnosis');

const pages = globSync('*.md', { cwd: BUILT_IN_FOLDER }).map((file) => {
  const text = readFileSync(join(BUILT_IN_FOLDER, file), 'utf8');
  return { id: file.slice(0, -3), text, blocks: markdownBlocks(text) };
});
const ids = new Set(pages.map(({ id }) => id));

/** Every kebab-case word the rules answer with or write in a table of causes. */
function causesOfRules(): Set<string> {
  const files = globSync('**/*.ts', { cwd: DIAGNOSIS }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  const causes = new Set<string>();
  for (const file of files) {
    const source = readFileSync(join(DIAGNOSIS, file), 'utf8');
    // Up to the end of the property: `causeId: a ? 'x' : 'y'` names two.
    for (const [, value = ''] of source.matchAll(
      /causeId\??:\s*([^;{}]*?)(?:,\n|,\s*\w+:|\}|;|\n\s*\w+:)/g,
    )) {
      for (const [, id = ''] of value.replace(/[!=]==\s*'[^']*'/g, '').matchAll(/'([a-z0-9-]+)'/g))
        causes.add(id);
    }
  }
  for (const kind of ['configmap', 'secret']) causes.add(`${kind}-key-not-found`);
  return causes;
}

const inlinesOf = (inlines: readonly RunbookInline[]): RunbookInline[] =>
  inlines.flatMap((inline) => ('content' in inline ? [inline, ...inlinesOf(inline.content)] : [inline]));

function inlinesIn(blocks: readonly RunbookBlock[]): RunbookInline[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'list') return block.items.flatMap((item) => inlinesIn(item));
    return 'content' in block ? inlinesOf(block.content) : [];
  });
}

const contentLines = (text: string): Set<string> =>
  new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('```')),
  );

describe('the built-in runbooks', () => {
  it('exist for every cause a rule can answer with', () => {
    const causes = [...causesOfRules()];
    expect(causes.length).toBeGreaterThan(80);
    expect(causes.filter((cause) => !ids.has(cause))).toEqual([]);
  });

  it('are the pages of the table of families, each once', () => {
    const table = Object.values(BUILT_IN_RUNBOOKS).flat();
    expect(table.toSorted()).toEqual([...ids].toSorted());
    expect([...ids].filter((id) => !isRunbookId(id))).toEqual([]);
  });

  it('have a title and the four parts in order, on one screen', () => {
    for (const { id, text, blocks } of pages) {
      const headings = blocks.flatMap((block) =>
        block.kind === 'heading'
          ? [[block.depth, block.content.map((part) => 'text' in part && part.text).join('')]]
          : [],
      );
      expect(
        headings.map(([depth]) => depth),
        id,
      ).toEqual([1, 2, 2, 2, 2]);
      expect(
        headings.slice(1).map(([, title]) => title),
        id,
      ).toEqual(['Symptoms', 'Confirm', 'Cure', 'Prevention']);
      const lines = text.trimEnd().split('\n').length;
      expect(lines >= 15 && lines <= 36, `${id}: ${lines} lines`).toBe(true);
      expect(
        blocks.some((block) => block.kind === 'code'),
        `${id} has a command`,
      ).toBe(true);
      expect(blocks.at(-1)?.kind, id).not.toBe('heading');
    }
  });

  it('link only to pages that exist, never to themselves', () => {
    const wrong = pages.flatMap(({ id, blocks }) =>
      inlinesIn(blocks).flatMap((inline) =>
        inline.kind === 'runbook' && (!ids.has(inline.id) || inline.id === id)
          ? [`${id} -> ${inline.id}`]
          : [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('share at most half their lines with any other', () => {
    const lines = pages.map(({ id, text }) => ({ id, lines: contentLines(text) }));
    const alike = lines.flatMap((a, at) =>
      lines.slice(at + 1).flatMap((b) => {
        const shared = [...a.lines].filter((line) => b.lines.has(line)).length;
        return shared * 2 > Math.min(a.lines.size, b.lines.size)
          ? [`${a.id} and ${b.id}: ${shared} lines`]
          : [];
      }),
    );
    expect(alike).toEqual([]);
  });

  it('have commands of known shapes, with placeholders no shell would take for a redirection', () => {
    const wrong = pages.flatMap(({ id, blocks }) =>
      blocks.flatMap((block) =>
        block.kind === 'code' && block.language === 'sh'
          ? block.pieces
              .flatMap((piece) => piece.split('\n'))
              .flatMap((line) => commandProblems(line).map((problem) => `${id}: ${problem}`))
          : [],
      ),
    );
    expect(wrong).toEqual([]);
    expect(pages.filter(({ text }) => /<[a-z][\w-]*>/i.test(text)).map(({ id }) => id)).toEqual([]);
  });

  it('never print the value of a Secret', () => {
    for (const { id, text } of pages) {
      const commands = text
        .split('\n')
        .filter((line) => /^kubectl get secrets? .*-o (yaml|json)\b/.test(line));
      expect(commands, id).toEqual([]);
    }
  });
});
