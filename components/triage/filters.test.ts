import { describe, expect, it } from 'vitest';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import { facetCounts, filterRows } from './filters.ts';
import type { Filters } from './filters.ts';

const rows = incidentRows();
const NONE: Filters = { sev: [], cause: [], ns: [], kind: [], node: [], q: '' };
const ids = (filters: Partial<Filters>) => filterRows(rows, { ...NONE, ...filters }).map(({ id }) => id);

describe('filters', () => {
  it('let everything through when nothing is chosen', () => expect(ids({})).toHaveLength(rows.length));

  it('accept any of the values of one facet, and need every facet', () => {
    expect(ids({ cause: ['image', 'job'] })).toEqual(['a1checkout', 'd4thumb', 'i9job']);
    expect(ids({ cause: ['image', 'job'], ns: ['batch'] })).toEqual(['i9job']);
  });

  it('treat recovered as a standing of its own, whatever the severity was', () => {
    expect(ids({ sev: ['recovered'] })).toEqual(['k11index']);
    expect(ids({ sev: ['warning'] })).not.toContain('k11index');
  });

  it('find words of the name, cause, reason and node in any order and case', () => {
    expect(ids({ q: 'LEDGER oom' })).toEqual(['c3ledger']);
    expect(ids({ q: 'shop/checkout' })).toEqual(['a1checkout']);
    expect(ids({ q: 'nothing like this' })).toEqual([]);
  });

  it('find what is said of a row elsewhere: the cause it shares with others', () => {
    const wordsOf = ({ id }: { id: string }) => (id === 'c3ledger' ? 'Registry GHCR.io fails' : '');
    const found = filterRows(rows, { ...NONE, q: 'ghcr.io fails' }, { wordsOf });
    expect(found.map(({ id }) => id)).toEqual(['c3ledger']);
    expect(facetCounts(rows, { ...NONE, q: 'ghcr.io fails' }, { facet: 'ns', wordsOf })).toHaveLength(1);
  });
});

describe('facet counts', () => {
  it('count among the rows the other facets let through', () => {
    const counts = facetCounts(rows, { ...NONE, sev: ['warning'], cause: ['crash'] }, { facet: 'cause' });
    expect(counts).toContainEqual({ value: 'readiness', count: 1 });
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(ids({ sev: ['warning'] }).length);
  });

  it('keep a chosen value listed at zero, so that it can be taken back', () => {
    expect(facetCounts(rows, { ...NONE, ns: ['gone'] }, { facet: 'ns' })).toContainEqual({
      value: 'gone',
      count: 0,
    });
  });
});
