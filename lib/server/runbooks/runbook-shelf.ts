import { join } from 'node:path';
import type { RunbookGap, RunbookList, RunbookPage } from '#lib/contract/runbooks.ts';
import { folderSource } from './folder-source.ts';
import { markdownBlocks } from './markdown-blocks.ts';
import type { RunbookSource, RunbookTexts } from './runbook-source.ts';
import { runbookSummary } from './runbook-summary.ts';

/** All runbooks of this installation. A team's page stands in place of the built-in one with its id. */
export interface RunbookShelf {
  /** By id. Never rejects because of a team's files: they are named as gaps. */
  list(): Promise<RunbookList>;
  /** `undefined` when there is no such page. */
  read(id: string): Promise<RunbookPage | undefined>;
}

export const BUILT_IN_FOLDER = join(import.meta.dirname, '..', '..', '..', 'runbooks');

type Shelf = {
  readonly builtIn: ReadonlyMap<string, string>;
  readonly team: ReadonlyMap<string, string>;
  readonly gaps: readonly RunbookGap[];
};

/** `team`: later sources win. */
export function createRunbookShelf(team: readonly RunbookSource[], builtIn = folderSource(BUILT_IN_FOLDER)) {
  let own: Promise<RunbookTexts> | undefined;
  const load = async (): Promise<Shelf> => {
    // What we ship does not change while we run.
    own ??= builtIn();
    const [ours, ...theirs] = await Promise.all([own, ...team.map((source) => source())]);
    return {
      builtIn: ours.texts,
      team: new Map(theirs.flatMap(({ texts }) => [...texts])),
      gaps: [ours, ...theirs].flatMap(({ gaps }) => gaps),
    };
  };
  return {
    list: async () => listOf(await load()),
    read: async (id) => pageOf(await load(), id),
  } satisfies RunbookShelf;
}

function listOf({ builtIn, team, gaps }: Shelf): RunbookList {
  const ids = [...new Set([...builtIn.keys(), ...team.keys()])].toSorted();
  return { runbooks: ids.flatMap((id) => summaryOf({ builtIn, team, gaps }, id) ?? []), gaps };
}

function summaryOf({ builtIn, team }: Shelf, id: string) {
  const theirs = team.get(id);
  const ours = builtIn.get(id);
  const text = theirs ?? ours;
  if (text === undefined) return undefined;
  const origin = theirs === undefined ? 'built-in' : ours === undefined ? 'team' : 'team-override';
  return runbookSummary(id, text, origin);
}

function pageOf(shelf: Shelf, id: string): RunbookPage | undefined {
  const text = shelf.team.get(id) ?? shelf.builtIn.get(id);
  const summary = summaryOf(shelf, id);
  if (text === undefined || !summary) return undefined;
  return { ...summary, blocks: withoutTitle(blocksOr(text)) };
}

/** A text that defeats the parser is still readable as it was written. */
function blocksOr(text: string): RunbookPage['blocks'] {
  try {
    return markdownBlocks(text);
  } catch {
    return [{ kind: 'code', language: '', pieces: [text] }];
  }
}

/** The page's heading draws the title. */
function withoutTitle(blocks: RunbookPage['blocks']): RunbookPage['blocks'] {
  const [first, ...rest] = blocks;
  return first?.kind === 'heading' && first.depth === 1 ? rest : blocks;
}
