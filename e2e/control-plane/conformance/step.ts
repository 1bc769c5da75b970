/** One step of the comparison: typed at the sandbox and at the real control plane, outputs compared. */
export type Step = {
  /** Arguments of kubectl; what stands in single quotes is one. `{newest app=x}` is the newest pod with that label. */
  readonly command: string;
  /** Standard input, for `-f -`. */
  readonly stdin?: string;
  /** What `kubectl edit` runs on the file. */
  readonly editor?: string;
  /** The command is repeated until its output looks like this on both sides. */
  readonly until?: RegExp;
  /** For commands that go on for ever: they are ended after the line with which their output looks like this. */
  readonly ends?: RegExp;
  /** Typed one after the other as soon as the command has printed something. */
  readonly during?: readonly string[];
  /** Rows come in no particular order. */
  readonly unordered?: boolean;
};

export const plain = (...commands: readonly string[]): readonly Step[] =>
  commands.map((command) => ({ command }));

export const unordered = (...commands: readonly string[]): readonly Step[] =>
  commands.map((command) => ({ command, unordered: true }));

export const manifest = (...objects: readonly object[]): string =>
  objects.map((object) => JSON.stringify(object)).join('\n---\n');

/** The command's words; quotes keep words together and are taken away. */
export function wordsOf(command: string): readonly string[] {
  return (command.match(/(?:[^\s']|'[^']*')+/g) ?? []).map((word) => word.replaceAll("'", ''));
}
