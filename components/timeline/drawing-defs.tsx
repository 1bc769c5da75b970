/** Patterns of the drawing language, once per page. */
export function DrawingDefs() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" className="hatch-bg" />
          <rect width="1" height="4" className="hatch-line" />
        </pattern>
        <pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="6" height="6" className="gap-bg" />
          <rect width="1" height="6" className="gap-line" />
        </pattern>
      </defs>
    </svg>
  );
}
