import { ForeignText } from '#components/ui/foreign-text.tsx';

/** The API's own words, below the plain sentence; `brief` cuts what would push the rest off the panel. */
export function RawMessage({ text, brief = false }: { text: string; brief?: boolean }) {
  return (
    <p
      className={`mono mt-1 text-12 text-ink-2 [overflow-wrap:anywhere] ${brief ? 'line-clamp-8' : ''}`}
      title={text.slice(0, 2000)}
    >
      <ForeignText text={text} />
    </p>
  );
}
