const f = (value: number) => value.toFixed(1);

/** SVG paths of the drawing language; `y` is the middle of the bar. */
export const crashStroke = (x: number, y: number, half: number): string =>
  `M${f(x - 1)} ${f(y - half)}h2v${f(half * 2)}h-2z`;
export const diamond = (x: number, top: number, r: number): string =>
  `M${f(x)} ${f(top)}l${r} ${r}l-${r} ${r}l-${r} -${r}z`;
export const cross = (x: number, top: number, r: number): string =>
  `M${f(x - r)} ${f(top)}l${r * 2} ${r * 2}M${f(x + r)} ${f(top)}l-${r * 2} ${r * 2}`;
export const triangle = (x: number, bottom: number): string => `M${f(x - 2.5)} ${f(bottom)}h5l-2.5 -4z`;
