import { STATUS_CODES } from 'node:http';
import { DNS_ADDRESS } from './container-files.ts';
import type { Connected } from './network.ts';
import type { Command, Session } from './session.ts';
import { pause } from './session.ts';

/** The answer of BusyBox, for an address or for NXDOMAIN. */
export const nslookup: Command = (argv, { out }, { network }) => {
  const name = argv.slice(1).find((word) => !word.startsWith('-')) ?? '';
  out(`Server:\t\t${DNS_ADDRESS}\nAddress:\t${DNS_ADDRESS}:53\n\n`);
  const found = network.lookup(name);
  if (!found) {
    out(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  out(found.addresses.map((address) => `Name:\t${found.name}\nAddress: ${address}\n`).join('') + '\n');
  return 0;
};

type Target = {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly isTls: boolean;
};

function targetOf(text: string): Target | undefined {
  const match = /^(?:(https?):\/\/)?([^:/?]+)(?::(\d+))?([/?].*)?$/.exec(text);
  if (!match) return undefined;
  const [, scheme = 'http', host = '', port, path = '/'] = match;
  const isTls = scheme === 'https';
  return { host, path, isTls, port: Number(port ?? (isTls ? 443 : 80)) };
}

type Fetched =
  | { readonly kind: 'unknown host' }
  | { readonly kind: 'no listener' | 'timeout' | 'no http'; readonly address: string }
  | { readonly kind: 'answer'; readonly address: string; readonly status: number };

/** How long a client without a limit of its own waits for somebody who never answers. */
const GIVE_UP_MS = 130_000;

async function fetched(session: Session, target: Target, timeoutMs = GIVE_UP_MS): Promise<Fetched> {
  const address = session.network.resolve(target.host)?.addresses[0];
  if (address === undefined) return { kind: 'unknown host' };
  const answer: Connected = session.network.connect(address, target.port, target.path);
  if (answer.kind === 'refused') return { kind: 'no listener', address };
  if (answer.kind === 'answers') {
    return answer.status === undefined
      ? { kind: 'no http', address }
      : { kind: 'answer', address, status: answer.status };
  }
  await pause(session, timeoutMs);
  return { kind: 'timeout', address };
}

const bodyOf = (status: number): string => (status < 400 ? 'ok\n' : `${STATUS_CODES[status] ?? 'error'}\n`);

/** The value of `-T 5`, `-T5` or `--timeout=5` in ms. */
function seconds(argv: readonly string[], names: readonly string[]): number | undefined {
  for (const [index, word] of argv.entries()) {
    const name = names.find((each) => word === each || word.startsWith(each));
    if (name === undefined) continue;
    const text = word === name ? argv[index + 1] : word.slice(name.length).replace(/^=/, '');
    if (text !== undefined && text !== '' && Number.isFinite(Number(text))) return Number(text) * 1000;
  }
  return undefined;
}

/** Options of wget and curl that take the next word. */
const TAKES_VALUE = new Set([
  '-O',
  '-T',
  '-o',
  '-w',
  '-m',
  '-X',
  '-H',
  '-d',
  '-A',
  '--max-time',
  '--connect-timeout',
  '-U',
  '--header',
  '-t',
]);

function urlOf(argv: readonly string[]): string | undefined {
  return argv
    .slice(1)
    .find((word, index, all) => !word.startsWith('-') && !TAKES_VALUE.has(all[index - 1] ?? ''));
}

export const wget: Command = async (argv, { out, err }, session) => {
  const url = urlOf(argv) ?? '';
  const target = targetOf(url);
  const flags = argv.filter((word) => /^-[a-zA-Z]/.test(word)).join('');
  const isQuiet = flags.includes('q');
  const toStdout = /O-|O$/.test(flags) || argv.includes('-') || flags.includes('O -');
  if (!target) {
    err(`wget: not an http or ftp url: ${url}\n`);
    return 1;
  }
  const answer = await fetched(session, target, seconds(argv, ['-T', '--timeout']));
  if (answer.kind === 'unknown host') {
    err(`wget: bad address '${target.host}'\n`);
    return 1;
  }
  const { address } = answer;
  if (!isQuiet) err(`Connecting to ${target.host}:${target.port} (${address}:${target.port})\n`);
  switch (answer.kind) {
    case 'no listener':
      err(`wget: can't connect to remote host (${address}): Connection refused\n`);
      return 1;
    case 'timeout':
      err('wget: download timed out\n');
      return 1;
    case 'no http':
      err('wget: error getting response\n');
      return 1;
    case 'answer': {
      if (answer.status >= 400) {
        err(`wget: server returned error: HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\n`);
        return 1;
      }
      const isSpider = argv.includes('--spider');
      if (toStdout && !isSpider) out(bodyOf(answer.status));
      else if (isSpider && !isQuiet) err('remote file exists\n');
      else if (!isSpider) session.scratch.set('/tmp/index.html', bodyOf(answer.status));
      return 0;
    }
  }
};

export const curl: Command = async (argv, { out, err }, session) => {
  const url = urlOf(argv);
  const target = url === undefined ? undefined : targetOf(url);
  if (!target) {
    err("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n");
    return 2;
  }
  const flags = argv.filter((word) => /^-[a-zA-Z]/.test(word)).join('');
  const speaks = !flags.includes('s') || flags.includes('S');
  const fail = (code: number, why: string): number => {
    if (speaks) err(`curl: (${code}) ${why}\n`);
    return code;
  };
  const limitMs = seconds(argv, ['-m', '--max-time', '--connect-timeout']);
  const answer = await fetched(session, target, limitMs);
  const where = `${target.host} port ${target.port}`;
  switch (answer.kind) {
    case 'unknown host':
      return fail(6, `Could not resolve host: ${target.host}`);
    case 'no listener':
      return fail(7, `Failed to connect to ${where} after 1 ms: Could not connect to server`);
    case 'timeout':
      return fail(28, `Failed to connect to ${where} after ${limitMs ?? GIVE_UP_MS} ms: Timeout was reached`);
    case 'no http':
      return fail(52, 'Empty reply from server');
    case 'answer': {
      const { status } = answer;
      if (flags.includes('f') && status >= 400)
        return fail(22, `The requested URL returned error: ${status}`);
      const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-length: ${bodyOf(status).length}\r\n\r\n`;
      const isHead = flags.includes('I');
      if (flags.includes('i') || isHead) out(head);
      const isDropped = argv.includes('/dev/null');
      if (!isHead && !isDropped) out(bodyOf(status));
      const format = argv[argv.indexOf('-w') + 1];
      if (argv.includes('-w') && format !== undefined) {
        out(format.replace('%{http_code}', String(status)).replace(/\\n/g, '\n'));
      }
      return 0;
    }
  }
};
