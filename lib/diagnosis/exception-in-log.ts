import type { LogTailInput } from './diagnosis-input.ts';
import { type LogLine, searchLog } from './log-search.ts';

export type LoggedException = {
  readonly runtime: string;
  /** Class of the exception, or the word of the runtime: "ZeroDivisionError", "panic". */
  readonly name: string;
  readonly text: string;
  readonly line: LogLine;
  /** Where in the log its mark stands. */
  readonly index: number;
};

const CLASS = '[A-Za-z_$][\\w$.]{0,150}';

/** Marks that only an uncaught error leaves; a logged and survived exception has no such mark. */
const MARKS: readonly { runtime: string; mark: RegExp; detail?: RegExp }[] = [
  {
    runtime: 'Python',
    mark: /^Traceback \(most recent call last\)/,
    detail: new RegExp(
      `^(${CLASS}(?:Error|Exception|Exit|Warning|Interrupt|NotFound|DoesNotExist|Failure|Timeout))(?:: (.*))?$`,
    ),
  },
  { runtime: 'Go', mark: /^(panic|fatal error): (.*)$/ },
  { runtime: 'Java', mark: new RegExp(`^Exception in thread "[^"]{0,200}" (${CLASS})(?:: (.*))?$`) },
  {
    runtime: 'Java',
    mark: /^Error: (Could not find or load main class|Unable to access jarfile|Invalid or corrupt jarfile|LinkageError)[: ](.*)$/,
  },
  { runtime: 'Python', mark: /^(ModuleNotFoundError): (No module named .*)$/ },
  { runtime: '.NET', mark: new RegExp(`^Unhandled exception[.:] (${CLASS})(?:: (.*))?$`) },
  { runtime: 'Rust', mark: /^thread '[^']{0,200}'(?: \(\d+\))? (panicked) at (.*)$/ },
  {
    runtime: 'Node.js',
    // Before 16 the stack has no "node:"; a module that is missing ends a program whatever the stack looks like.
    mark: /^(?:(?:node:)?internal\/(?:modules|main|process)\/|Node\.js v\d|\s+at .{1,300}\((?:node:)?internal\/|Error(?: \[ERR_MODULE_NOT_FOUND\])?: Cannot find (?:module|package) ')/,
    detail: new RegExp(`^(?:Uncaught )?(${CLASS}(?:Error|Exception))(?: \\[[A-Z_]{1,60}\\])?(?:: (.*))?$`),
  },
  {
    runtime: 'Ruby',
    mark: new RegExp(
      `^\\S{1,300}:\\d{1,6}:in .{1,200}: (.{0,600}) \\((${CLASS}(?:Error|Exception|Failure|NotFound))\\)$`,
    ),
  },
  { runtime: 'PHP', mark: new RegExp(`PHP Fatal error: {1,2}Uncaught (${CLASS})(?:: (.*))?$`) },
  { runtime: 'native code', mark: /^(Segmentation fault)(.*)$/ },
  {
    runtime: 'native code',
    mark: /(error while loading shared libraries): (\S{1,300}: cannot open shared object file)|(version .GLIBC(?:XX)?_[\d.]{1,10}. not found)/,
  },
];

/** The uncaught error that ended the run, when the log shows one. */
export function exceptionIn(log: LogTailInput): LoggedException | undefined {
  for (const { runtime, mark, detail } of MARKS) {
    const marked = searchLog(log, mark);
    if (!marked) continue;
    const hit = detail ? searchLog(log, detail) : marked;
    if (!hit)
      return {
        runtime,
        name: 'exception',
        text: marked.line.text.trim(),
        line: marked.line,
        index: marked.index,
      };
    const swapped = runtime === 'Ruby';
    const name = (swapped ? hit.match[2] : hit.match[1]) ?? 'exception';
    const message = (swapped ? hit.match[1] : hit.match[2]) ?? '';
    return {
      runtime,
      name: name.split('.').at(-1) ?? name,
      text: message ? `${name}: ${message}` : name,
      line: hit.line,
      index: marked.index,
    };
  }
  return undefined;
}
