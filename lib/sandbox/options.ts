import { parseArgs } from 'node:util';

export type SandboxCliOptions = {
  /** 0 for any free port. */
  readonly port: number;
  /** Undefined: a file in a fresh temporary directory. */
  readonly kubeconfig?: string;
  readonly scenarios?: readonly string[];
  /** Where the cluster survives a restart; undefined: it does not. */
  readonly state?: string;
  readonly seed: string;
  /** A fleet of so many pods instead of the usual contents. */
  readonly pods?: number;
};

export const USAGE = `Usage: node lib/sandbox/main.ts [options]

  --port <n>         port on 127.0.0.1 (default: any free one)
  --kubeconfig <f>   where to write the kubeconfig (default: a temporary directory)
  --scenario <ids>   comma-separated scenarios to play (default: eight of them; all; healthy: none)
  --list             the scenarios there are: id, and what happens
  --pods <n>         a fleet of this many pods with restarts, releases, scaling and crashes instead (100 to 20000)
  --state <file>     keep the cluster in this file across restarts
  --seed <text>      equal seeds make equal clusters (default: sandbox)
  --help             this text
`;

/** A command line that cannot be understood; the message is one line for its author. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for; `help` and `list` are answered without starting anything. Throws UsageError. */
export function parseSandboxOptions(args: readonly string[]): SandboxCliOptions | 'help' | 'list' {
  const values = parse(args);
  if (values.help === true) return 'help';
  if (values.list === true) return 'list';
  if (values.pods !== undefined && values.scenario !== undefined)
    throw new UsageError('--pods and --scenario exclude each other: scenarios can be played later');
  return {
    port: portNumber(values.port ?? '0'),
    kubeconfig: values.kubeconfig,
    scenarios: values.scenario === undefined ? undefined : scenarioIds(values.scenario),
    state: values.state,
    seed: values.seed ?? 'sandbox',
    ...(values.pods === undefined ? {} : { pods: podCount(values.pods) }),
  };
}

/** 'healthy' is how one says none of them. */
const scenarioIds = (list: string): readonly string[] =>
  list.split(',').filter((id) => id !== '' && id !== 'healthy');

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const options = {
      port: text,
      kubeconfig: text,
      scenario: text,
      state: text,
      seed: text,
      pods: text,
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

function portNumber(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`--port must be a number from 0 to 65535, not "${text}"`);
  return port;
}

/** Fewer are no fleet; more do not fit the addresses of its nodes. */
function podCount(text: string): number {
  const pods = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(pods >= 100 && pods <= 20_000))
    throw new UsageError(`--pods must be a number from 100 to 20000, not "${text}"`);
  return pods;
}
