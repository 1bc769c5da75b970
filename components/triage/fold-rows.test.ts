import { describe, expect, it } from 'vitest';
import { aSharedCause } from '#components/fixtures/a-shared-cause.ts';
import { anIncidentRow } from '#components/fixtures/an-incident-row.ts';
import { foldRows, nextShared } from './fold-rows.ts';

const row = (id: string) =>
  anIncidentRow(`shop/${id}`, {
    id,
    family: 'image',
    cause: 'c',
    causeId: 'registry-server-error',
    reason: 'r',
  });
const rows = ['lone', 'a', 'other', 'b', 'c'].map(row);
const cause = aSharedCause({ id: 'shared', members: ['a', 'b', 'c'] });
const linesOf = (options: Partial<Parameters<typeof foldRows>[1]> = {}, list = rows) =>
  foldRows(list, { shared: [cause], unfolded: [], selectedId: null, ...options }).map(({ id }) => id);

describe('rows with a shared cause', () => {
  it('are one line where the first of them would stand', () => {
    expect(linesOf()).toEqual(['lone', 'shared', 'other']);
  });

  it('stand below it when it is unfolded, each one reachable', () => {
    expect(linesOf({ unfolded: ['shared'] })).toEqual(['lone', 'shared', 'a', 'b', 'c', 'other']);
  });

  it('are unfolded by a link to one of them', () => {
    expect(linesOf({ selectedId: 'b' })).toContain('b');
  });

  it('are counted as far as they pass the filters', () => {
    const [line] = foldRows([row('b')], { shared: [cause], unfolded: [], selectedId: null });
    expect(line).toMatchObject({ kind: 'shared', rows: [{ id: 'b' }] });
  });

  it('are not missed when the cause names some that are not in the list', () => {
    expect(linesOf({}, [row('lone')])).toEqual(['lone']);
  });
});

describe('a list that is held', () => {
  const grown = { ...cause, members: ['a', 'b', 'c', 'other'], workloads: 4 };

  it('folds nothing away and lets nothing appear, but its numbers follow', () => {
    expect(nextShared([], [cause], true)).toEqual([]);
    expect(nextShared([cause], [grown], true)).toEqual([{ ...grown, members: cause.members }]);
    expect(nextShared([cause], [], true)).toEqual([cause]);
  });

  it('shows what is shared when it is let go', () => {
    expect(nextShared([cause], [grown], false)).toEqual([grown]);
  });
});
