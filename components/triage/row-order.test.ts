import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import { byUrgency, EMPTY_ORDER, nextOrder } from './row-order.ts';

const rows = incidentRows();
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
const shown = nextOrder(EMPTY_ORDER, rows.slice(2), false);

describe('order of the rows', () => {
  it('is severity, then newest, recovered last', () => {
    expect(ids(rows.toSorted(byUrgency)).slice(0, 3)).toEqual(['a1checkout', 'b2redis', 'd4thumb']);
    expect(rows.toSorted(byUrgency).at(-1)?.id).toBe('k11index');
  });

  it('lets new rows wait behind the bar while the list is held', () => {
    const held = nextOrder(shown, rows, true);
    expect(ids(held.shown)).toEqual(ids(shown.shown));
    expect(ids(held.waiting)).toEqual(['a1checkout', 'b2redis']);
    expect(ids(nextOrder(held, rows, false).shown)).toContain('a1checkout');
  });

  it('keeps the place of a row that left while the list is held', () => {
    const left = rows.slice(2).filter(({ id }) => id !== 'e5store');
    const held = nextOrder(shown, left, true);
    expect(ids(held.shown)).toEqual(ids(shown.shown));
    expect([...held.goneIds]).toEqual(['e5store']);
    expect(ids(nextOrder(held, left, false).shown)).not.toContain('e5store');
  });

  it('never moves a row while held, however the severities change', () => {
    const severity = fc.constantFrom('critical', 'warning', 'notice', 'unknown');
    fc.assert(
      fc.property(fc.array(severity, { minLength: rows.length, maxLength: rows.length }), (severities) => {
        const changed = rows.map((row, index) => ({ ...row, severity: severities[index] ?? row.severity }));
        expect(ids(nextOrder(shown, changed, true).shown)).toEqual(ids(shown.shown));
      }),
    );
  });

  it('shows everything at once when there was nothing to keep still', () => {
    expect(nextOrder(EMPTY_ORDER, rows, true).waiting).toEqual([]);
  });
});
