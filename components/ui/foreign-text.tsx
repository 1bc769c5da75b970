import { cutText, plainText } from './plain-text.ts';

/** Text from the cluster: never markup, control and direction characters visible, very long text cut. */
export function ForeignText({ text, className }: { text: string; className?: string }) {
  const { shown, left } = cutText(text);
  return (
    <span dir="ltr" className={`foreign ${className ?? ''}`}>
      {plainText(shown)}
      {left > 0 && <span className="text-ink-3"> … {left.toLocaleString('en')} more characters</span>}
    </span>
  );
}
