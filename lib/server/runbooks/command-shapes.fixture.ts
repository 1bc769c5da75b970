/** Flags a page may use, by kubectl's verb; checked against `kubectl <verb> --help` when a verb is added. */
const COMMON = ['-n', '-A', '-o', '-l'];
const CREATE = ['-n', '-o', '--dry-run'];
const KUBECTL: Readonly<Record<string, readonly string[]>> = {
  get: [...COMMON, '-L', '--field-selector', '--sort-by', '--show-labels', '--raw'],
  describe: ['-n', '-l'],
  logs: ['-n', '-c', '-l', '--previous', '--tail', '--since'],
  exec: ['-n', '-c'],
  top: ['-n', '-A', '--containers', '--sort-by'],
  explain: [],
  version: [],
  apply: ['-f', '--dry-run'],
  patch: ['-n', '-p', '--type', '--patch-file'],
  delete: ['-n', '--field-selector'],
  scale: ['-n', '--replicas'],
  label: ['--dry-run', '--overwrite'],
  taint: [],
  cordon: [],
  uncordon: [],
  drain: ['--ignore-daemonsets', '--delete-emptydir-data'],
  run: ['-n', '--rm', '-it', '--restart', '--image', '--overrides'],
  debug: ['-it', '--image'],
  'auth can-i': ['-n', '--as'],
  'set image': ['-n'],
  'set env': ['-n', '-c', '--list'],
  'set resources': ['-n', '-c', '--limits', '--requests'],
  'rollout undo': ['-n', '--to-revision'],
  'rollout restart': ['-n'],
  'rollout status': ['-n', '--timeout'],
  'rollout history': ['-n', '--revision'],
  'create secret': [
    ...CREATE,
    '--docker-server',
    '--docker-username',
    '--docker-password',
    '--from-env-file',
    '--from-file',
  ],
  'create configmap': [...CREATE, '--from-file'],
  'create job': [...CREATE, '--image', '--from'],
  'create role': [...CREATE, '--verb', '--resource'],
  'create rolebinding': [...CREATE, '--role', '--serviceaccount'],
  'create serviceaccount': CREATE,
  'create token': ['-n', '--duration'],
};
const OTHER_PROGRAMS = new Set(
  'aws crictl curl docker grpcurl journalctl kind minikube openssl systemctl'.split(' '),
);

/** What is wrong with a command line of a page; empty when it has a known shape. */
export function commandProblems(line: string): string[] {
  const words = shellWords(line);
  if (!words) return [`open quote: ${line}`];
  const [program = '', verb = '', second = ''] = words;
  if (program !== 'kubectl') return OTHER_PROGRAMS.has(program) ? [] : [`unknown program: ${line}`];
  const flags = KUBECTL[`${verb} ${second}`] ?? KUBECTL[verb];
  if (!flags) return [`unknown verb: ${line}`];
  const own = words.slice(2, endOf(words)).filter((word) => /^-/.test(word));
  return own
    .map((word) => word.replace(/=.*/s, ''))
    .filter((flag) => !flags.includes(flag))
    .map((flag) => `unknown flag ${flag}: ${line}`);
}

/** Flags behind "--" or a pipe belong to another program. */
function endOf(words: readonly string[]): number {
  const ends = ['--', '|'].map((word) => words.indexOf(word)).filter((at) => at >= 0);
  return ends.length === 0 ? words.length : Math.min(...ends);
}

/** Words as a shell would split them; `undefined` when a quote stays open. */
function shellWords(line: string): string[] | undefined {
  const rest = line.replace(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g, '').trim();
  if (rest !== '') return undefined;
  return line.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g) ?? [];
}
