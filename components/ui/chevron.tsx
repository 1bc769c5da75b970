export function Chevron() {
  return (
    <svg width="8" height="5" viewBox="0 0 8 5" aria-hidden="true" className="shrink-0">
      <path d="M1 1l3 3 3-3" fill="none" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  );
}
