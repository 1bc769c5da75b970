/** Characters that reorder or hide text: bidi embeddings, overrides, isolates and marks, zero-width, byte-order mark. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f]/g;

const codePoint = (char: string) => `⟨U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** U+2400 block: pictures of the C0 control characters. */
function picture(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : codePoint(char);
}

/** Makes what is invisible visible, so that a name or a log line cannot pretend to be another one. */
export const plainText = (text: string): string =>
  text.replace(CONTROL, picture).replace(INVISIBLE, codePoint);

export const MAX_SHOWN = 4_000;

/** The first 4000 characters, and how many were left out. */
export function cutText(text: string, max = MAX_SHOWN): { shown: string; left: number } {
  if (text.length <= max) return { shown: text, left: 0 };
  // Do not cut a surrogate pair in half.
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return { shown: text.slice(0, end), left: text.length - end };
}
