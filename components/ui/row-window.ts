/** Which rows are drawn: from `from` up to, not including, `to`. */
export type RowWindow = { readonly from: number; readonly to: number };

type Scrolled = {
  readonly count: number;
  /** Every row is as high (px). */
  readonly rowHeight: number;
  /** Drawn beyond each edge, so that scrolling meets no gap before the next frame. */
  readonly overscan: number;
  readonly scrollTop: number;
  readonly height: number;
};

/** The rows in sight and some around them; never beyond the list, whatever the scroll bar still says. */
export function rowWindow({ count, rowHeight, overscan, scrollTop, height }: Scrolled): RowWindow {
  const inSight = Math.ceil(height / rowHeight) + 1;
  const top = Math.min(Math.max(Math.floor(scrollTop / rowHeight), 0), Math.max(count - inSight, 0));
  return { from: Math.max(top - overscan, 0), to: Math.min(top + inSight + overscan, count) };
}
