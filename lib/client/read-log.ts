import { ApiError, toApiError } from './api-error.ts';
import { createLineSplitter } from './log-line.ts';

/** Reads a log as it arrives. Resolves at its end; throws ApiError when it may not or cannot be read. */
export async function readLog(
  url: string,
  signal: AbortSignal,
  onLines: (lines: string[]) => void,
): Promise<void> {
  const response = await fetch(url, { signal, headers: { accept: 'text/plain' } }).catch((cause: unknown) => {
    throw new ApiError(
      { code: 'offline', status: 0, message: 'The Uncrash server does not answer.' },
      { cause },
    );
  });
  if (!response.ok) throw await toApiError(response);
  if (!response.body) return;
  const decoder = new TextDecoder();
  const splitter = createLineSplitter();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = splitter.push(decoder.decode(value, { stream: true }));
    if (lines.length > 0) onLines(lines);
  }
  const last = splitter.end();
  if (last.length > 0) onLines(last);
}
