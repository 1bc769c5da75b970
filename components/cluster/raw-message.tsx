import { ForeignText } from '#components/ui/foreign-text.tsx';

/** The API's own words, below the plain sentence. */
export function RawMessage({ text }: { text: string }) {
  return (
    <p
      className="mono mt-1 line-clamp-3 text-12 text-ink-2 [overflow-wrap:anywhere]"
      title={text.slice(0, 2000)}
    >
      <ForeignText text={text} />
    </p>
  );
}
