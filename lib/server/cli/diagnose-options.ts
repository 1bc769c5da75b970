import { parseArgs } from 'node:util';

export type DiagnoseOptions = {
  /** "-" is standard input. */
  readonly files: readonly string[];
  readonly output: 'text' | 'json';
  /** "pod/container" or "namespace/pod/container" -> file. */
  readonly logs: ReadonlyMap<string, string>;
  /** Epoch ms; undefined: the moment the input shows. */
  readonly at: number | undefined;
};

export type DiagnoseCommand =
  | { readonly kind: 'run'; readonly options: DiagnoseOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'error'; readonly message: string };

export const DIAGNOSE_HELP = [
  'Usage: uncrash diagnose -f <file|-> [flags]      (in the repository: npm run diagnose -- -f <file>)',
  '',
  'Says what is wrong in what kubectl printed, without a cluster:',
  '  kubectl get pods,events,deploy,rs,sts,ds,controllerrevisions,nodes,secrets,configmaps,pvc,pv,sc,quota,limits -A -o json | uncrash diagnose -f -',
  'Values of Secrets and ConfigMaps in it are dropped as it is read.',
  '',
  '  -f, --file <file|->       JSON or YAML of kubectl; may be given several times',
  '  -o, --output <format>     text (default) or json',
  '      --log <name>=<file>   a log, for name <pod>/<container>; may be given several times',
  '      --at <time>           the moment to judge, as 2026-11-21T03:00:00Z; default: the newest time in the input',
  '',
  'Ends with 0 when nothing is wrong, 1 when something is, 2 when the input cannot be used.',
].join('\n');

const error = (message: string): DiagnoseCommand => ({ kind: 'error', message });

/** Reads the command line of `uncrash diagnose`. Pure. */
export function parseDiagnose(argv: readonly string[]): DiagnoseCommand {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        file: { type: 'string', short: 'f', multiple: true },
        output: { type: 'string', short: 'o' },
        log: { type: 'string', multiple: true },
        at: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    return error(`${message.split('. ', 1)[0] ?? message}; see --help`);
  }
  const { file: files = [], output = 'text', log = [], at, help } = values;
  if (help) return { kind: 'help' };
  if (files.length === 0) return error('name what to read with -f <file>, or -f - for standard input');
  if (files.filter((file) => file === '-').length > 1) return error('standard input can be read only once');
  if (output !== 'text' && output !== 'json') return error(`-o is text or json, not "${output}"`);
  const logs = new Map<string, string>();
  for (const given of log) {
    const [, name, path] = /^([^=/]+(?:\/[^=/]+){1,2})=(.+)$/.exec(given) ?? [];
    if (name === undefined || path === undefined)
      return error(`--log is <pod>/<container>=<file>, not "${given}"`);
    logs.set(name, path);
  }
  const moment = at === undefined ? undefined : Date.parse(at);
  if (Number.isNaN(moment)) return error(`--at is a time like 2026-11-21T03:00:00Z, not "${at}"`);
  return { kind: 'run', options: { files, output, logs, at: moment } };
}
