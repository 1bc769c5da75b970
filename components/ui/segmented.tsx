type Option<T extends string> = { readonly value: T; readonly label: string };
type Props<T extends string> = {
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
};

/** A choice of few: one pressed button among its neighbours. */
export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div
      role="group"
      aria-label={label}
      className="inline-flex h-[26px] overflow-hidden rounded-2 border border-line-strong"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="px-2 text-12 text-ink-2 -outline-offset-2 hover:bg-hover aria-pressed:bg-surface-2 aria-pressed:font-semibold aria-pressed:text-ink"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
