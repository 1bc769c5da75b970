import { clip } from '#lib/diagnosis/wording.ts';

/** Longest line that is compared; what follows are its data. */
const MAX_LINE = 500;
/** Words that must be left of a line before it says more than "it failed". */
const MIN_WORDS = 3;

/**
 * What differs from run to run of one and the same failure, in the order it is taken out: what contains others first.
 * Every pattern is bounded, so a hostile line costs no more than its length.
 */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\u001b\[[0-9;?]{0,20}[ -/]{0,3}[@-~]/g, ''],
  // A pod of a Deployment: hash of the template, then five characters of the alphabet without vowels.
  // https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go
  [
    /\b[a-z0-9][a-z0-9-]{0,200}-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g,
    '<pod>',
  ],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [
    /\b\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?/g,
    '<time>',
  ],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)?,? ?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2}\b/g,
    '<time>',
  ],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>'],
  [/\bsha256:[0-9a-f]{12,64}\b/gi, '<id>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<addr>'],
  [/\[[0-9a-f:]{2,45}(?:%\w{1,15})?\](?::\d{1,5})?/gi, '<addr>'],
  [/\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b/gi, '<addr>'],
  [/\b0x[0-9a-f]{1,32}\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]{0,40}\d)(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{7,64}\b/gi, '<hex>'],
  [/\d+(?:\.\d+)?/g, '<n>'],
  [/\s+/g, ' '],
];

/** Said by every program that fails; they tell one failure from no other. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  (
    'the and for with not was has been from this that error errors err fatal panic failed failure fail failing exception ' +
    'exit exited exiting code status signal process terminated killed aborted stopped stopping main thread level msg message ' +
    'info warn warning debug critical severe unexpected unknown unhandled uncaught caused runtime java lang nullpointerexception ' +
    'typeerror valueerror keyerror runtimeerror attributeerror assertionerror indexerror illegalstateexception ' +
    'illegalargumentexception nil null undefined none pointer dereference index out range could cannot can unable will now ' +
    'invalid memory address segmentation violation container app application service server start started starting startup shutdown shutting down goroutine run running'
  ).split(' '),
);

export type CrashFingerprint = {
  /** Equal for the same failure of different programs: normalised line and exit code. */
  readonly key: string;
  /** The line as people may read it, with placeholders. */
  readonly text: string;
};

/**
 * Fingerprint of an end: its last telling line without what varies, and the exit code. `undefined` when the line says
 * too little: "Error: exit status 1" of two programs is no sign of one cause. The names in `own` (pods of the
 * workload) are taken out literally, whatever they look like.
 */
export function crashFingerprint(
  line: string,
  { exitCode, own = [] }: { readonly exitCode: number; readonly own?: readonly string[] },
): CrashFingerprint | undefined {
  const bare = own
    .filter((name) => name.length > 3)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, name) => text.replaceAll(name, '<pod>'), clip(line, MAX_LINE));
  const text = withoutVariables(bare);
  const words = text.replace(/<[a-z]{1,5}>/g, ' ').match(/\p{L}{3,}/gu) ?? [];
  const telling = new Set(words.map((word) => word.toLowerCase()).filter((word) => !EMPTY_WORDS.has(word)));
  return telling.size < MIN_WORDS ? undefined : { key: `${exitCode} ${text}`, text };
}

/** The line without what differs from run to run. */
export const withoutVariables = (line: string): string =>
  VARIABLE.reduce((rest, [pattern, word]) => rest.replace(pattern, word), clip(line, MAX_LINE)).trim();
