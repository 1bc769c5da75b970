import { Lexer, type Token, type Tokens } from 'marked';
import type { RunbookBlock, RunbookInline } from '#lib/contract/runbooks.ts';
import { commandPieces } from './command-pieces.ts';
import { isRunbookId } from './runbook-id.ts';

/** Deeper nesting is shown as it was written: no page needs it, and recursion must end. */
const MAX_DEPTH = 12;

/**
 * Markdown as data for drawing. HTML in the source stays text, images become their words, and links lead to
 * another runbook or to http(s); so nothing a file contains can become an element or a script of the page.
 * @throws when the text cannot be tokenised (nesting beyond the stack).
 */
export function markdownBlocks(source: string): readonly RunbookBlock[] {
  return blocksOf(Lexer.lex(source, { gfm: true }), 0);
}

const blocksOf = (tokens: readonly Token[], depth: number): RunbookBlock[] =>
  tokens.flatMap((token) => blockOf(token, depth));

function blockOf(token: Token, depth: number): RunbookBlock[] {
  if (depth > MAX_DEPTH) return [paragraph([textOf(token.raw)])];
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return [{ kind: 'heading', depth: (token as Tokens.Heading).depth, content: contentOf(token, depth) }];
    case 'paragraph':
    case 'text':
      return [paragraph(contentOf(token, depth))];
    case 'code':
      return [codeBlock(token as Tokens.Code)];
    case 'blockquote':
      return [{ kind: 'quote', blocks: blocksOf(token.tokens ?? [], depth + 1) }];
    case 'list':
      return [listBlock(token as Tokens.List, depth)];
    case 'table':
      return [tableBlock(token as Tokens.Table, depth)];
    case 'hr':
      return [{ kind: 'rule' }];
    default:
      return [paragraph([textOf(token.raw.trimEnd())])];
  }
}

const paragraph = (content: readonly RunbookInline[]): RunbookBlock => ({ kind: 'paragraph', content });
const textOf = (text: string): RunbookInline => ({ kind: 'text', text });

function codeBlock({ text, lang = '' }: Tokens.Code): RunbookBlock {
  const language = /^[a-z0-9+-]{1,20}/i.exec(lang)?.[0].toLowerCase() ?? '';
  return { kind: 'code', language, pieces: commandPieces(text, language) };
}

function listBlock({ ordered, start, items }: Tokens.List, depth: number): RunbookBlock {
  return {
    kind: 'list',
    ...(ordered ? { start: start === '' ? 1 : start } : {}),
    items: items.map((item) => blocksOf(item.tokens.filter(isNotCheckbox), depth + 1)),
  };
}

/** Task lists: a box that cannot be ticked says nothing. */
const isNotCheckbox = ({ type }: Token): boolean => type !== 'checkbox';

function tableBlock({ header, rows }: Tokens.Table, depth: number): RunbookBlock {
  const cells = (row: readonly Tokens.TableCell[]) => row.map(({ tokens }) => inlinesOf(tokens, depth + 1));
  return { kind: 'table', head: cells(header), rows: rows.map(cells) };
}

function contentOf(token: Token, depth: number): RunbookInline[] {
  const { tokens } = token as { tokens?: Token[] };
  return tokens ? inlinesOf(tokens, depth + 1) : [textOf((token as { text?: string }).text ?? token.raw)];
}

const inlinesOf = (tokens: readonly Token[], depth: number): RunbookInline[] =>
  tokens.flatMap((token) => inlineOf(token, depth));

const WRAPPERS = { strong: 'strong', em: 'emphasis', del: 'deleted' } as const;

function inlineOf(token: Token, depth: number): RunbookInline[] {
  if (depth > MAX_DEPTH) return [textOf(token.raw)];
  switch (token.type) {
    case 'text':
      return contentOf(token, depth);
    case 'escape':
      return [textOf((token as Tokens.Escape).text)];
    case 'codespan':
      return [{ kind: 'code', text: (token as Tokens.Codespan).text }];
    case 'br':
      return [{ kind: 'break' }];
    case 'strong':
    case 'em':
    case 'del':
      return [{ kind: WRAPPERS[token.type], content: contentOf(token, depth) }];
    case 'link':
      return linkInline(token as Tokens.Link, depth);
    case 'image':
      return [textOf(imageWords(token as Tokens.Image))];
    default:
      return [textOf(token.raw)];
  }
}

const imageWords = ({ text, href }: Tokens.Image): string => (text === '' ? href : `${text} (${href})`);

function linkInline(token: Tokens.Link, depth: number): RunbookInline[] {
  const content = contentOf(token, depth);
  const [, id = ''] = /^(?:\.\/)?([a-z0-9-]+)(?:\.md)?$/.exec(token.href) ?? [];
  if (isRunbookId(id)) return [{ kind: 'runbook', id, content }];
  if (/^https?:\/\/[^\s]+$/i.test(token.href) && URL.canParse(token.href)) {
    return [{ kind: 'link', href: token.href, content }];
  }
  return token.href === '' ? content : [...content, textOf(` (${token.href})`)];
}
