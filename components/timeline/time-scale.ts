/** A span of time laid on a span of pixels. Times epoch ms. */
export type TimeScale = {
  readonly fromAt: number;
  readonly toAt: number;
  readonly left: number;
  readonly right: number;
};

export const xOf = (scale: TimeScale, at: number): number =>
  scale.left + ((at - scale.fromAt) / (scale.toAt - scale.fromAt)) * (scale.right - scale.left);

export const atOf = (scale: TimeScale, x: number): number =>
  scale.fromAt + ((x - scale.left) / (scale.right - scale.left)) * (scale.toAt - scale.fromAt);

export type Span = { readonly x: number; readonly width: number };

/** The visible part of [fromAt, toAt], at least `minWidth` wide; undefined when nothing of it is visible. */
export function spanOf(scale: TimeScale, fromAt: number, toAt: number, minWidth = 0.6): Span | undefined {
  if (toAt < scale.fromAt || fromAt > scale.toAt || toAt < fromAt) return undefined;
  const x = xOf(scale, Math.max(fromAt, scale.fromAt));
  const end = xOf(scale, Math.min(toAt, scale.toAt));
  return { x, width: Math.max(end - x, minWidth) };
}

/** Keeps marks that stand at least `gap` px right of the last kept one. Input in ascending order. */
export function spaced<T extends { readonly x: number }>(marks: readonly T[], gap: number): T[] {
  let last = Number.NEGATIVE_INFINITY;
  return marks.filter(({ x }) => {
    if (x - last < gap) return false;
    last = x;
    return true;
  });
}

/** What is left of `span` where none of `covers` lies over it, from left to right. */
export function uncovered(span: Span, covers: readonly Span[]): Span[] {
  const left: Span[] = [];
  let from = span.x;
  const end = span.x + span.width;
  for (const cover of covers.toSorted((a, b) => a.x - b.x)) {
    if (cover.x > from) left.push({ x: from, width: Math.min(cover.x, end) - from });
    from = Math.max(from, cover.x + cover.width);
    if (from >= end) break;
  }
  if (from < end) left.push({ x: from, width: end - from });
  return left.filter(({ width }) => width > 1);
}
