import { STRIP_WIDTH } from '#components/timeline/strip-geometry.ts';

/** Head of the rhythm column. */
export function StripAxis() {
  return (
    <svg
      role="img"
      aria-label="Last hour"
      width={STRIP_WIDTH}
      height="28"
      viewBox={`0 0 ${STRIP_WIDTH} 28`}
      className="block overflow-visible"
    >
      <text x="8" y="18">
        −1 h
      </text>
      <text x="52" y="18">
        −30 m
      </text>
      <text x="131" y="18" textAnchor="end" className="t-now">
        now
      </text>
      <path className="s-now" d="M134.3 9V28" />
    </svg>
  );
}
