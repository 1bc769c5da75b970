import { parseArgs } from 'node:util';

export type CliOptions = {
  readonly sandbox: boolean;
  readonly scenarios: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespaces: readonly string[];
  readonly port: number;
  readonly host: string;
  readonly allowHosts: readonly string[];
  readonly readOnly: boolean;
  readonly open: boolean;
  readonly insecureNoAuth: boolean;
  /** A folder with the team's own runbooks. */
  readonly runbooks: string | undefined;
  readonly runbooksConfigMap: { readonly namespace: string; readonly name: string } | undefined;
  readonly dev: boolean;
};

export type ParsedCommand =
  | { readonly kind: 'run'; readonly options: CliOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'error'; readonly message: string };

type Flag = {
  readonly type: 'boolean' | 'string';
  readonly value?: string;
  readonly help: string;
  readonly hidden?: true;
};

export const DEFAULT_PORT = 4180;
/** Each is listed and watched on its own, ten kinds at a time. */
const MAX_NAMESPACES = 20;
export const DEFAULT_HOST = '127.0.0.1';

/** The only list of flags: the parser, the environment variables and --help read it. */
const FLAGS = {
  sandbox: { type: 'boolean', help: 'show the built-in sandbox cluster' },
  scenario: { type: 'string', value: 'id,..', help: 'what breaks in the sandbox (implies --sandbox)' },
  kubeconfig: { type: 'string', value: 'file', help: 'default: $KUBECONFIG, then ~/.kube/config' },
  context: { type: 'string', value: 'name', help: "default: the kubeconfig's current context" },
  namespace: { type: 'string', value: 'name,..', help: 'watch these namespaces only' },
  port: { type: 'string', value: 'number', help: `default ${DEFAULT_PORT}; 0 picks a free one` },
  host: { type: 'string', value: 'address', help: `default ${DEFAULT_HOST}` },
  'allow-host': { type: 'string', value: 'name,..', help: 'further host names the browser may use' },
  'read-only': { type: 'boolean', help: 'refuse every change, on the server' },
  open: { type: 'boolean', help: 'open the browser' },
  'insecure-no-auth': {
    type: 'boolean',
    help: 'listen beyond this machine without logins; read-only',
  },
  runbooks: {
    type: 'string',
    value: 'folder',
    help: "your team's runbooks: <id>.md adds a page or replaces ours",
  },
  'runbooks-configmap': { type: 'string', value: 'ns/name', help: 'the same from the keys of a ConfigMap' },
  version: { type: 'boolean', help: 'print the version' },
  help: { type: 'boolean', help: 'print this help' },
  dev: { type: 'boolean', help: 'compile pages on demand', hidden: true },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof FLAGS;
type Values = Partial<Record<FlagName, string | boolean>>;

const isFlag = (name: string): name is FlagName => Object.hasOwn(FLAGS, name);
const variableOf = (flag: string) => `UNCRASH_${flag.toUpperCase().replaceAll('-', '_')}`;
const error = (message: string): ParsedCommand => ({ kind: 'error', message });

/** Reads the command line, then UNCRASH_* variables for what it does not say. Pure. */
export function parseCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedCommand {
  const flags = readFlags(argv);
  if (typeof flags === 'string') return error(flags);
  if (flags.help) return { kind: 'help' };
  if (flags.version) return { kind: 'version' };
  const variables = readVariables(env);
  if (typeof variables === 'string') return error(variables);
  return assemble(flags, variables);
}

/** Own reading of the tokens: the messages of strict parsing speak to programmers. */
function readFlags(argv: readonly string[]): Values | string {
  const options = Object.fromEntries(Object.entries(FLAGS).map(([name, { type }]) => [name, { type }]));
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values: Values = {};
  for (const token of tokens) {
    if (token.kind === 'positional') return `unexpected argument "${token.value}"; see --help`;
    if (token.kind !== 'option') continue;
    if (!isFlag(token.name)) return `unknown flag ${token.rawName}; see --help`;
    const { type } = FLAGS[token.name];
    if (type === 'boolean') {
      if (token.value !== undefined) return `${token.rawName} takes no value`;
      values[token.name] = true;
    } else {
      const forgotten = token.inlineValue === false && token.value.startsWith('-');
      if (!token.value || forgotten) return `${token.rawName} needs a value`;
      values[token.name] = token.value;
    }
  }
  return values;
}

const YES = new Set(['1', 'true', 'yes']);
const NO = new Set(['', '0', 'false', 'no']);

function readVariables(env: Readonly<Record<string, string | undefined>>): Values | string {
  const values: Values = {};
  for (const [name, { type }] of Object.entries(FLAGS)) {
    const text = env[variableOf(name)];
    if (!isFlag(name) || name === 'help' || name === 'version' || text === undefined || text === '') continue;
    if (type === 'string') values[name] = text;
    else if (YES.has(text.toLowerCase())) values[name] = true;
    else if (!NO.has(text.toLowerCase())) return `${variableOf(name)} must be true or false, not "${text}"`;
  }
  return values;
}

function assemble(flags: Values, variables: Values): ParsedCommand {
  const conflict =
    sourceConflict(flags) ?? sourceConflict(namesCluster(flags) ? {} : { ...variables, ...flags });
  if (conflict) return error(conflict);
  // What the command line says about the cluster replaces what the environment says about it.
  const values: Values = { ...(namesCluster(flags) ? withoutCluster(variables) : variables), ...flags };
  const text = (name: FlagName) => (typeof values[name] === 'string' ? values[name] : undefined);
  const on = (name: FlagName) => values[name] === true;

  const port = parsePort(text('port'));
  if (port === undefined) return error(`--port must be a number from 0 to 65535, not "${text('port')}"`);
  const badName = list(text('allow-host')).find((name) => !/^[a-z0-9.[\]:-]+$/i.test(name));
  if (badName !== undefined)
    return error(`--allow-host takes host names like "uncrash.example.org", not "${badName}"`);
  const namespaces = [...new Set(list(text('namespace')))];
  const badNamespace = namespaces.find((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (text('namespace') !== undefined && namespaces.length === 0) return error('--namespace needs a value');
  if (badNamespace !== undefined)
    return error(`--namespace takes names of namespaces, not "${badNamespace}"`);
  if (namespaces.length > MAX_NAMESPACES)
    return error(`--namespace takes ${MAX_NAMESPACES} names at most; without it all are watched`);
  const scenarios = list(text('scenario'));
  const runbooksConfigMap = parseConfigMap(text('runbooks-configmap'));
  if (runbooksConfigMap === 'invalid')
    return error(`--runbooks-configmap takes <namespace>/<name>, not "${text('runbooks-configmap')}"`);
  return {
    kind: 'run',
    options: {
      sandbox: on('sandbox') || scenarios.length > 0,
      scenarios,
      kubeconfig: text('kubeconfig'),
      context: text('context'),
      namespaces,
      port,
      host: (text('host') ?? DEFAULT_HOST).replace(/^\[(.*)\]$/, '$1'),
      allowHosts: list(text('allow-host')),
      readOnly: on('read-only'),
      open: on('open'),
      insecureNoAuth: on('insecure-no-auth'),
      runbooks: text('runbooks'),
      runbooksConfigMap,
      dev: on('dev'),
    },
  };
}

const SANDBOX_FLAGS = ['sandbox', 'scenario'] as const;
const CLUSTER_FLAGS = ['kubeconfig', 'context'] as const;

const namesCluster = (values: Values) => [...SANDBOX_FLAGS, ...CLUSTER_FLAGS].some((name) => name in values);

function withoutCluster(values: Values): Values {
  const names: readonly string[] = [...SANDBOX_FLAGS, ...CLUSTER_FLAGS];
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

function sourceConflict(values: Values): string | undefined {
  const sandbox = SANDBOX_FLAGS.find((name) => name in values);
  const cluster = CLUSTER_FLAGS.find((name) => name in values);
  return sandbox && cluster ? `--${sandbox} and --${cluster} exclude each other` : undefined;
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

function parseConfigMap(text: string | undefined): CliOptions['runbooksConfigMap'] | 'invalid' {
  if (text === undefined) return undefined;
  const [, namespace, name] = /^([a-z0-9][a-z0-9-]{0,62})\/([a-z0-9][a-z0-9.-]{0,252})$/.exec(text) ?? [];
  return namespace === undefined || name === undefined ? 'invalid' : { namespace, name };
}

const list = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export function helpText(): string {
  const rows = Object.entries<Flag>(FLAGS)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, { value, help }]) => `  ${`--${name}${value ? ` <${value}>` : ''}`.padEnd(26)}${help}`);
  return [
    'Usage: uncrash [flags]      (in the repository: npm start -- [flags])',
    '',
    'Shows what is broken in a Kubernetes cluster, why, and since when. Without flags it takes the cluster of',
    'your kubeconfig; the sandbox starts only when asked or when there is no kubeconfig at all.',
    '',
    ...rows,
    '',
    'Every flag can be set as UNCRASH_<FLAG>, for example UNCRASH_PORT=8080 or UNCRASH_READ_ONLY=true.',
  ].join('\n');
}
