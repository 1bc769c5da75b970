/** Ran, crashed, ran again. */
export function ProductMark() {
  return (
    <svg width="20" height="18" viewBox="0 -2 20 18" aria-hidden="true">
      <rect x="0" y="6" width="7" height="6" className="fill-run" />
      <path d="M9 2h2v13H9zM10-1l3 3-3 3-3-3z" className="fill-crash" />
      <rect x="13" y="6" width="7" height="6" className="fill-run" />
    </svg>
  );
}
