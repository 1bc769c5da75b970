import { cutText, plainText } from '#components/ui/plain-text.ts';
import { ansiSpans } from './ansi.ts';

/** ANSI colours mapped to inks that keep AA contrast in both themes. */
const INK: Readonly<Record<string, string>> = {
  black: 'text-ink-3',
  red: 'text-crit',
  green: 'text-ok',
  yellow: 'text-warn',
  blue: 'text-link',
  magenta: 'text-note',
  cyan: 'text-ok',
  white: 'text-ink',
};

function Marked({ text, find }: { text: string; find: string | undefined }) {
  if (!find) return <>{text}</>;
  const parts: React.ReactNode[] = [];
  const haystack = text.toLowerCase();
  const needle = find.toLowerCase();
  let from = 0;
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, from)) {
    parts.push(text.slice(from, at));
    parts.push(
      <mark key={at} className="bg-warn-tint text-ink outline-1 outline-warn-mark">
        {text.slice(at, at + needle.length)}
      </mark>,
    );
    from = at + needle.length;
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}

/** One log line as text: ANSI colours kept, everything invisible made visible, very long lines cut. */
export function LogText({ text, find }: { text: string; find?: string }) {
  const { shown, left } = cutText(text);
  return (
    <span dir="ltr" className="foreign">
      {ansiSpans(shown).map((span, index) => (
        <span
          key={index}
          className={`${span.color === undefined ? '' : (INK[span.color] ?? '')} ${span.bold ? 'font-semibold' : ''}`}
        >
          <Marked text={plainText(span.text)} find={find} />
        </span>
      ))}
      {left > 0 && (
        <span className="text-ink-3"> … {left.toLocaleString('en')} more characters, in the download</span>
      )}
    </span>
  );
}
