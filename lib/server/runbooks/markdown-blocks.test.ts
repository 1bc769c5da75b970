import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunbookBlock, RunbookInline } from '#lib/contract/runbooks.ts';
import { markdownBlocks } from './markdown-blocks.ts';

const paragraphOf = (source: string): readonly RunbookInline[] => {
  const [block] = markdownBlocks(source);
  if (block?.kind !== 'paragraph') throw new Error(`${block?.kind} instead of a paragraph`);
  return block.content;
};

const hrefsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'href' && typeof inner === 'string' ? [inner] : hrefsIn(inner),
  );
};

describe('Markdown as blocks', () => {
  it('keeps structure: headings, lists, code, tables', () => {
    const blocks = markdownBlocks(
      '## Cure\n\n1. one\n2. **two**\n\n```sh\nls\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    );
    expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'list', 'code', 'table']);
    expect(blocks[1]).toMatchObject({ start: 1, items: [[{}], [{ content: [{ kind: 'strong' }] }]] });
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<iframe src="https://evil.example"></iframe>',
    'text <b onclick=x>bold</b>',
  ])('keeps HTML as the text it is: %s', (source) => {
    expect(JSON.stringify(markdownBlocks(source))).not.toContain('"html"');
    const text = paragraphOf(source)
      .map((part) => ('text' in part ? part.text : ''))
      .join('');
    expect(text).toBe(source);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'JAVASCRIPT:x',
    'file:///etc/passwd',
    '//evil.example',
    'ht\ttp:x',
  ])('makes no link of %j', (href) => {
    const content = paragraphOf(`[here](<${href}>)`);
    expect(hrefsIn(content)).toEqual([]);
    expect(content.every(({ kind }) => kind === 'text')).toBe(true);
  });

  it('leads to other runbooks by their file name, and to the web', () => {
    expect(paragraphOf('[a](oom-limit.md) [b](./oom-node) [c](https://kubernetes.io/docs)')).toEqual([
      { kind: 'runbook', id: 'oom-limit', content: [{ kind: 'text', text: 'a' }] },
      { kind: 'text', text: ' ' },
      { kind: 'runbook', id: 'oom-node', content: [{ kind: 'text', text: 'b' }] },
      { kind: 'text', text: ' ' },
      { kind: 'link', href: 'https://kubernetes.io/docs', content: [{ kind: 'text', text: 'c' }] },
    ]);
  });

  it('loads no image: its words stay', () => {
    expect(paragraphOf('![graph](https://evil.example/x.png)')).toEqual([
      { kind: 'text', text: 'graph (https://evil.example/x.png)' },
    ]);
  });

  it('gives each whole command its own piece and keeps scripts together', () => {
    const pieces = (text: string) => {
      const [block] = markdownBlocks(`\`\`\`sh\n${text}\n\`\`\``) as [
        Extract<RunbookBlock, { kind: 'code' }>,
      ];
      return block.pieces;
    };
    expect(pieces('kubectl get pods\nkubectl get nodes')).toHaveLength(2);
    expect(pieces('kubectl get pods -o jsonpath=\'{.a}{"\\n"}\'\nls')).toHaveLength(2);
    for (const script of [
      'kubectl get pods \\\n  -A',
      'for i in 1 2\ndo\n  ls\ndone',
      "cat 'a\nb'",
      '# why\nls',
      'ls |\nwc',
    ]) {
      expect(pieces(script), script).toHaveLength(1);
    }
  });

  it('never throws and never makes a link that is not http(s), whatever comes', () => {
    const noise = fc.stringMatching(/^[[\]()<>*_`#|:/\\!&\n a-z."'-]{0,200}$/);
    fc.assert(
      fc.property(noise, (source) => {
        for (const href of hrefsIn(markdownBlocks(source))) expect(href).toMatch(/^https?:\/\//i);
      }),
    );
  });

  it('ends with deep nesting', () => {
    expect(JSON.stringify(markdownBlocks(`${'> '.repeat(200)}deep`)).length).toBeLessThan(5_000);
  });
});
