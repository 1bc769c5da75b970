export type LogLine = {
  /** Line number since the beginning of what was read. */
  readonly number: number;
  readonly at?: number;
  readonly text: string;
};

/** RFC 3339 with nanoseconds, as the kubelet writes before each line when asked for timestamps. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))(?: |$)/;

export function logLine(raw: string, number: number): LogLine {
  const stamp = STAMP.exec(raw);
  if (!stamp?.[1]) return { number, text: raw };
  const at = Date.parse(stamp[1]);
  return Number.isNaN(at) ? { number, text: raw } : { number, at, text: raw.slice(stamp[0].length) };
}

/** Cuts a stream of text into lines; the unfinished last line waits for its end. */
export function createLineSplitter() {
  let pending = '';
  return {
    push(chunk: string): string[] {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    },
    end(): string[] {
      const last = pending;
      pending = '';
      return last === '' ? [] : [last];
    },
  };
}
