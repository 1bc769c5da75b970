import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

// What a list remembers of its place would be the next test's.
afterEach(() => history.replaceState(null, ''));

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

describe('a list that is come back to', () => {
  const many = Array.from({ length: 12 }, (_, number) =>
    anIncidentRow(`shop/${number}`, {
      id: `row-${number}`,
      family: 'image',
      cause: 'No image',
      causeId: 'x',
      reason: 'r',
      pods: ['ready'],
    }),
  );
  const show = (list: typeof many) =>
    renderOnScreen(
      <IncidentTable
        rows={foldRows(list, { shared: [], unfolded: [], selectedId: null })}
        goneIds={new Set()}
        selectedId="row-0"
        onSelect={() => undefined}
        onFold={() => undefined}
        onHold={() => undefined}
      />,
    );
  const scrollerOf = () => screen.getByLabelText('Incidents').parentElement as HTMLElement;

  it('remembers its place in the history, beside what the router keeps there, and finds it by its row', async () => {
    history.replaceState({ router: 'state' }, '');
    const { unmount } = show(many);
    fireEvent.scroll(scrollerOf(), { target: { scrollTop: 8 * 32 - 10 } });
    await waitFor(() =>
      expect(history.state).toEqual({ router: 'state', listPlace: { id: 'row-8', offset: 10 } }),
    );
    unmount();
    // Five rows left meanwhile.
    show(many.slice(5));
    expect(scrollerOf().scrollTop).toBe(3 * 32 - 10);
  });

  it('gives the focus back to the row that was left', async () => {
    const { unmount } = show(many);
    screen.getByLabelText('shop/3').focus();
    await userEvent.keyboard('x');
    unmount();
    show(many);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('shop/3')));
  });

  it('begins at the selected row where nothing is remembered', () => {
    show(many);
    expect(scrollerOf().scrollTop).toBe(0);
  });
});
