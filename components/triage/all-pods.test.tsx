import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIXTURE_NOW } from '#components/fixtures/an-incident-row.ts';
import { renderOnScreen } from '#components/test-screen.tsx';
import type { PodRow, PodsResponse } from '#lib/contract/pods.ts';
import { AllPods } from './all-pods.tsx';

const aPodRow = (number: number): PodRow => ({
  uid: `uid-${number}`,
  namespace: 'shop',
  name: `cart-${number}`,
  ready: '1/1',
  status: 'Running',
  restarts: 0,
  createdAt: FIXTURE_NOW - 60_000,
  node: 'worker-1',
  healthy: true,
});

const asked: URLSearchParams[] = [];

/** A server with so many pods, of which the words in `q` leave out all but those with such a name. */
function serve(count: number, state: PodsResponse['state'] = 'live') {
  vi.stubGlobal('fetch', (url: string) => {
    const { searchParams } = new URL(url, 'http://test');
    asked.push(searchParams);
    const all = Array.from({ length: count }, (_, number) => aPodRow(number));
    const matching = all.filter(({ name }) => name.includes(searchParams.get('q') ?? ''));
    const offset = Number(searchParams.get('offset'));
    const answer: PodsResponse = {
      pods: matching.slice(offset, offset + 100),
      matching: matching.length,
      total: count,
      state,
      serverNow: FIXTURE_NOW,
    };
    return Promise.resolve(Response.json(answer));
  });
}

const draw = (filter = '', onSort = vi.fn()) => {
  renderOnScreen(<AllPods filter={filter} sort="name" order="asc" onSort={onSort} />);
  return onSort;
};

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the list of all pods', () => {
  it('loads one page of fifty thousand, and tells how many rows there are', async () => {
    serve(50_000);
    draw();
    expect(await screen.findByText('cart-0')).toBeTruthy();
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('50001');
    expect(new Set(asked.map((query) => query.get('offset')))).toEqual(new Set(['0']));
  });

  it('loads the pages that are scrolled to, and none in between', async () => {
    serve(50_000);
    draw();
    await screen.findByText('cart-0');
    const scroller = screen.getByRole('group', { name: 'Pods, scrollable' });
    fireEvent.scroll(scroller, { target: { scrollTop: 25_050 * 24 } });
    expect(await screen.findByText('cart-25050')).toBeTruthy();
    expect(screen.getByText('cart-25050').closest('tr')?.getAttribute('aria-rowindex')).toBe('25052');
    expect(new Set(asked.map((query) => query.get('offset')))).toEqual(new Set(['0', '25000']));
  });

  it('leaves the filter to the server, and says how many match', async () => {
    serve(300);
    draw('cart-29');
    expect(await screen.findByText('11 of 300 pods match.')).toBeTruthy();
    expect(await screen.findByText('cart-299')).toBeTruthy();
    expect(asked.at(-1)?.get('q')).toBe('cart-29');
  });

  it('says that none matches, which is not the same as none', async () => {
    serve(3);
    draw('nothing');
    expect(await screen.findByText('0 of 3 pods match.')).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
  });

  it.each([
    ['live', 'No pods.'],
    ['syncing', 'Loading pods'],
    ['stale', 'There were no pods when this was last confirmed.'],
    ['forbidden', 'It is not permitted to list the pods, so nothing can be said.'],
  ] as const)('says of an empty list that is %s what it is worth', async (state, text) => {
    serve(0, state);
    draw();
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(text));
    expect(asked).not.toHaveLength(0);
  });

  it('tells what the server refuses', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(
        Response.json({ error: { code: 'unavailable', message: 'No answer.' } }, { status: 503 }),
      ),
    );
    draw();
    expect((await screen.findByRole('alert')).textContent).toContain('No answer.');
  });

  it('asks for another order by the head of a column: first the most restarts', async () => {
    serve(3);
    const onSort = draw();
    await userEvent.click(await screen.findByRole('button', { name: 'RESTARTS' }));
    expect(onSort).toHaveBeenLastCalledWith({ sort: 'restarts', order: 'desc' });
    expect(screen.getByRole('columnheader', { name: 'NAME' }).getAttribute('aria-sort')).toBe('ascending');
    await userEvent.click(screen.getByRole('button', { name: 'NAME' }));
    expect(onSort).toHaveBeenLastCalledWith({ sort: 'name', order: 'desc' });
  });
});
