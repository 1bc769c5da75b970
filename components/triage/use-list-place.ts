import { useEffect, useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** Scrolling is over when nothing came for so long (ms). */
const SETTLED_MS = 150;

/** Where the reader was: by a row and not by a number of pixels, because others come and go meanwhile. */
type Place = {
  /** The first row in sight, and how far below the upper edge it began (px). */
  readonly id: string;
  readonly offset: number;
  /** The row that had the focus. */
  readonly focusId?: string;
};

const KEY = 'listPlace';

function remembered(): Place | undefined {
  const state = history.state as Record<string, unknown> | null;
  return state?.[KEY] as Place | undefined;
}

const focusedRow = () =>
  document.activeElement?.closest<HTMLElement>('[data-row-link]')?.dataset['rowLink'] ?? undefined;

type List = {
  readonly rows: readonly { readonly id: string }[];
  /** Every row is as high (px). */
  readonly rowHeight: number;
  /** Brought into sight whenever it is another one. */
  readonly selectedId: string | undefined;
};

/**
 * The place in a list belongs to its entry in the browser's history: who comes back to it is where they left.
 * Otherwise the selected row is in sight.
 */
export function useListPlace({ rows, rowHeight, selectedId }: List): {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly remember: () => void;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const isBack = useRef(false);
  const latest = useRef(rows);
  useLayoutEffect(() => {
    latest.current = rows;
  }, [rows]);

  const remember = () => {
    const element = scroller.current;
    if (!element) return;
    const first = Math.ceil(element.scrollTop / rowHeight);
    const id = latest.current[first]?.id;
    if (id === undefined) return;
    const place: Place = { id, offset: first * rowHeight - element.scrollTop, focusId: focusedRow() };
    // What the router keeps there stays.
    history.replaceState({ ...(history.state as object | null), [KEY]: place }, '');
  };

  useLayoutEffect(() => {
    const place = remembered();
    const index = place ? latest.current.findIndex(({ id }) => id === place.id) : -1;
    const element = scroller.current;
    if (!place || !element || index < 0) return;
    element.scrollTop = index * rowHeight - place.offset;
    isBack.current = true;
    const { focusId } = place;
    if (focusId === undefined) return;
    // Its row is drawn with the next frame.
    const frame = requestAnimationFrame(() =>
      [...element.querySelectorAll<HTMLElement>('[data-row-link]')]
        .find(({ dataset }) => dataset['rowLink'] === focusId)
        ?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(frame);
  }, [rowHeight]);

  const selectedIndex = rows.findIndex(({ id }) => id === selectedId);
  // Before the frame is painted: nobody shall see another part of the list first.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (isBack.current) {
      isBack.current = false;
      return;
    }
    if (!element || selectedIndex < 0) return;
    const top = selectedIndex * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    const bottom = top + 2 * rowHeight - element.clientHeight;
    if (element.clientHeight > 0 && bottom > element.scrollTop) element.scrollTop = bottom;
  }, [selectedIndex, rowHeight]);

  const rememberLatest = useRef(remember);
  useLayoutEffect(() => {
    rememberLatest.current = remember;
  });
  useEffect(() => {
    const element = scroller.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(() => rememberLatest.current(), SETTLED_MS);
    };
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      element?.removeEventListener('scroll', onScroll);
    };
  }, []);
  return { scroller, remember };
}
