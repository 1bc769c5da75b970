import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { aSharedCause } from '#components/fixtures/a-shared-cause.ts';
import { anIncidentRow } from '#components/fixtures/an-incident-row.ts';
import { renderOnScreen } from '#components/test-screen.tsx';
import { foldRows } from './fold-rows.ts';
import { IncidentTable } from './incident-table.tsx';

const rows = ['a', 'b', 'c'].map((id) =>
  anIncidentRow(`shop/${id}`, {
    id,
    family: 'image',
    cause: 'No image',
    causeId: 'x',
    reason: 'r',
    pods: ['ready'],
  }),
);
const cause = aSharedCause({ id: 'shared', members: ['a', 'b', 'c'] });

function draw(unfolded: readonly string[]) {
  const onFold = vi.fn();
  const onSelect = vi.fn();
  renderOnScreen(
    <IncidentTable
      rows={foldRows(rows, { shared: [cause], unfolded, selectedId: null })}
      goneIds={new Set()}
      selectedId={undefined}
      onSelect={onSelect}
      onFold={onFold}
      onHold={() => undefined}
    />,
  );
  return { onFold, onSelect };
}

describe('a shared cause in the table', () => {
  it('is one row that says what it folds, and unfolds by its name', async () => {
    const { onFold, onSelect } = draw([]);
    expect(screen.getAllByRole('row')).toHaveLength(2);
    const name = screen.getByRole('link', { name: '3 workloads in shop: ghcr.io fails' });
    expect(name.getAttribute('aria-expanded')).toBe('false');
    await userEvent.click(name);
    expect(onFold).toHaveBeenCalledExactlyOnceWith('shared');
    expect(onSelect).not.toHaveBeenCalled();
  });

  it('is selected by a click beside its name', async () => {
    const { onFold, onSelect } = draw([]);
    await userEvent.click(screen.getByText('ghcr.io fails'));
    expect(onSelect).toHaveBeenCalledExactlyOnceWith('shared');
    expect(onFold).not.toHaveBeenCalled();
  });

  it('stands above its incidents, which do not repeat its severity', () => {
    draw(['shared']);
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('aria-label'))).toEqual([
      '3 workloads in shop: ghcr.io fails',
      'shop/a',
      'shop/b',
      'shop/c',
    ]);
    expect(screen.getAllByText('Critical')).toHaveLength(1);
  });

  it('is counted among the rows', () => {
    draw(['shared']);
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('5');
  });
});
