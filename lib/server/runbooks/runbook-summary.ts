import type { RunbookOrigin, RunbookSummary } from '#lib/contract/runbooks.ts';
import { runbookFamily } from './runbook-family.ts';

const MAX_TITLE = 120;
const MAX_BRIEF = 160;

/** Title and first sentence of a page, read line by line: the list needs no parsing of the whole text. */
export function runbookSummary(id: string, text: string, origin: RunbookOrigin): RunbookSummary {
  const lines = text.split(/\r?\n/);
  const heading = lines.find((line) => /^#\s+\S/.test(line));
  const title = heading ? plain(heading.replace(/^#\s+/, '')) : wordsOf(id);
  const first = lines.find((line) => /^\s*[\p{L}\p{N}`"*>-]/u.test(line) && !/^\s*(```|---|===)/.test(line));
  return {
    id,
    title: cut(title, MAX_TITLE),
    brief: cut(plain((first ?? '').replace(/^\s*(?:[-*>]|\d+[.)])\s+/, '')), MAX_BRIEF),
    family: runbookFamily(id),
    origin,
  };
}

const wordsOf = (id: string): string => {
  const words = id.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

/** Without the marks of Markdown; what a link says without where it leads. */
const plain = (line: string): string =>
  line
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .trim();

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
