const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

type Step = { readonly belowMs: number; readonly text: (ms: number) => string };

const whole = (ms: number, unit: number): number => Math.floor(ms / unit);

/** `4d` or, with a remainder, `4d3h`. */
const mixed = (big: number, bigName: string, small: number, smallName: string) => (ms: number) => {
  const rest = whole(ms % big, small);
  return `${whole(ms, big)}${bigName}${rest === 0 ? '' : `${rest}${smallName}`}`;
};
const single = (unit: number, name: string) => (ms: number) => `${whole(ms, unit)}${name}`;

/** The precision shrinks with the length: apimachinery/pkg/util/duration, HumanDuration. */
const STEPS: readonly Step[] = [
  { belowMs: -SECOND, text: () => '<invalid>' },
  { belowMs: 0, text: () => '0s' },
  { belowMs: 2 * MINUTE, text: single(SECOND, 's') },
  { belowMs: 10 * MINUTE, text: mixed(MINUTE, 'm', SECOND, 's') },
  { belowMs: 3 * HOUR, text: single(MINUTE, 'm') },
  { belowMs: 8 * HOUR, text: mixed(HOUR, 'h', MINUTE, 'm') },
  { belowMs: 2 * DAY, text: single(HOUR, 'h') },
  { belowMs: 8 * DAY, text: mixed(DAY, 'd', HOUR, 'h') },
  { belowMs: 2 * YEAR, text: single(DAY, 'd') },
  { belowMs: 8 * YEAR, text: mixed(YEAR, 'y', DAY, 'd') },
];

export function humanDuration(ms: number): string {
  const step = STEPS.find(({ belowMs }) => ms < belowMs);
  return step ? step.text(ms) : single(YEAR, 'y')(ms);
}

/** Time since `atMs`, as the AGE column shows it. */
export function age(atMs: number | undefined, now: number): string {
  return atMs === undefined ? '<unknown>' : humanDuration(now - atMs);
}
