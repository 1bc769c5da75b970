'use client';
import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { rowWindow } from './row-window.ts';
import type { RowWindow } from './row-window.ts';

/** Until the height is measured (and on the server) one large screenful is drawn (px). */
const FIRST_HEIGHT = 900;

type List = {
  readonly count: number;
  /** Every row is as high (px). */
  readonly rowHeight: number;
  readonly overscan: number;
  /** Off, the scroll bar is not listened to. */
  readonly enabled?: boolean;
};

/** The rows of a long list worth drawing; draws again only when other rows come into sight. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, list: List): RowWindow {
  const { count, rowHeight, overscan, enabled = true } = list;
  const [seen, setSeen] = useState({ scrollTop: 0, height: FIRST_HEIGHT });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !enabled) return;
    const look = () => {
      const { clientHeight: height } = element;
      const scrollTop = Math.floor(element.scrollTop / rowHeight) * rowHeight;
      setSeen((before) =>
        before.height === height && before.scrollTop === scrollTop ? before : { scrollTop, height },
      );
    };
    // In the frame that scrolls: later, the rows would be empty for a moment.
    const onScroll = () => flushSync(look);
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller, rowHeight, enabled]);
  return rowWindow({ count, rowHeight, overscan, ...seen });
}
