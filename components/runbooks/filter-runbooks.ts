import type { RunbookFamily, RunbookSummary } from '#lib/contract/runbooks.ts';
import { RUNBOOK_FAMILIES } from '#lib/contract/runbooks.ts';

export type RunbookFilter = { readonly q: string; readonly family: readonly string[] };

const matchesText = (q: string, { id, title, brief }: RunbookSummary): boolean => {
  const text = `${id} ${title} ${brief}`.toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** Every word of the text must occur somewhere; of the families one. In the families' order, then by title. */
export function filterRunbooks(
  runbooks: readonly RunbookSummary[],
  { q, family }: RunbookFilter,
): readonly RunbookSummary[] {
  const order = (summary: RunbookSummary) => RUNBOOK_FAMILIES.indexOf(summary.family);
  return runbooks
    .filter((summary) => matchesText(q.trim(), summary))
    .filter((summary) => family.length === 0 || family.includes(summary.family))
    .toSorted((a, b) => order(a) - order(b) || a.title.localeCompare(b.title, 'en'));
}

/** How many pages of each family the text leaves; families without any are left out. */
export function familyCounts(
  runbooks: readonly RunbookSummary[],
  q: string,
): readonly { readonly family: RunbookFamily; readonly count: number }[] {
  const matching = runbooks.filter((summary) => matchesText(q.trim(), summary));
  return RUNBOOK_FAMILIES.map((family) => ({
    family,
    count: matching.filter((summary) => summary.family === family).length,
  })).filter(({ count }) => count > 0);
}
