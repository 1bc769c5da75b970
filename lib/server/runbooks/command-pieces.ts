const SHELLS = new Set(['sh', 'bash', 'shell', 'console', 'zsh']);

/**
 * What a copy button each is for: the commands of a shell block that has one on every line, otherwise the block as a
 * whole (continuations, loops, here-documents and comments belong together).
 */
export function commandPieces(text: string, language: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const single = SHELLS.has(language) && lines.length > 0 && lines.every(isWholeCommand);
  return single ? lines : [text];
}

/** True for a line that can be run alone: a command's name first, all quotes and brackets closed. */
function isWholeCommand(line: string): boolean {
  if (
    !/^[a-z][\w.-]*(\s|$)/.test(line) ||
    /^(if|for|while|until|case|do|done|then|else|fi|esac)\b/.test(line)
  )
    return false;
  if (/(\\|\||&&|<<-?\s*['"]?\w+['"]?)\s*$/.test(line)) return false;
  let quote: string | undefined;
  for (const [index, character] of [...line].entries()) {
    if (quote === undefined && (character === "'" || character === '"')) quote = character;
    else if (character === quote && (quote === "'" || line[index - 1] !== '\\')) quote = undefined;
  }
  return quote === undefined;
}
