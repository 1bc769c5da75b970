import type { LogTailInput } from './diagnosis-input.ts';
import { type LogLine, searchLog } from './log-search.ts';

const AT_WORK =
  /\b(?:loading|initiali[sz]ing|starting|warming|migrating|restoring|indexing|replaying|compiling|rebuilding|preparing)\b/i;
const LAST_WORDS = 4;

/** One of its last words says that it is still on its way up. */
export function stillStarting({ lines }: LogTailInput): LogLine | undefined {
  return searchLog({ lines: lines.slice(-LAST_WORDS) }, AT_WORK)?.line;
}
