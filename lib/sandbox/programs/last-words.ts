import type { Connection } from './program.ts';
import type { End, Language, Requirement } from './behaviour.ts';

/** What a program of each language writes when it gives up, and its exit code. */
export type LastWords = { readonly lines: readonly string[]; readonly code: number };

/** An unhandled exception or panic deep in the work. */
export function exception(language: Language, message: string): LastWords {
  switch (language) {
    case 'go':
      return {
        code: 2,
        lines: [
          `panic: ${message}`,
          '',
          'goroutine 1 [running]:',
          'main.(*server).handle(0xc0000b6000, {0x7f2a10, 0xc0001a40e0})',
          '\t/src/cmd/server/main.go:118 +0x1c5',
          'main.main()',
          '\t/src/cmd/server/main.go:42 +0x3a9',
          'exit status 2',
        ],
      };
    case 'node':
      return {
        code: 1,
        lines: [
          '/app/dist/server.js:88',
          '    throw new Error(message);',
          '    ^',
          '',
          `Error: ${message}`,
          '    at handle (/app/dist/server.js:88:11)',
          '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
          '    at async start (/app/dist/server.js:31:3)',
          '',
          'Node.js v22.12.0',
        ],
      };
    case 'python':
      return {
        code: 1,
        lines: [
          'Traceback (most recent call last):',
          '  File "/app/main.py", line 61, in <module>',
          '    main()',
          '  File "/app/main.py", line 44, in main',
          '    run(settings)',
          `RuntimeError: ${message}`,
        ],
      };
    case 'java':
      return {
        code: 1,
        lines: [
          `Exception in thread "main" java.lang.IllegalStateException: ${message}`,
          '\tat com.acme.server.Application.run(Application.java:73)',
          '\tat com.acme.server.Application.main(Application.java:29)',
        ],
      };
  }
}

/** An environment variable that is missing (`value` undefined) or cannot be read as what it should be. */
export function badVariable(
  language: Language,
  { name, is }: Requirement,
  value: string | undefined,
): LastWords {
  if (value === undefined) return missingVariable(language, name);
  const shown = JSON.stringify(value);
  if (language === 'go') {
    const why =
      is === 'url'
        ? `parse ${shown}: missing protocol scheme`
        : `strconv.Atoi: parsing ${shown}: invalid syntax`;
    return { code: 1, lines: [`level=error msg="invalid configuration" variable=${name} error="${why}"`] };
  }
  if (language === 'node')
    return exception('node', `Invalid ${is} in environment variable ${name}: ${shown}`);
  if (language === 'python') {
    const why =
      is === 'url'
        ? `Invalid URL '${value}': No scheme supplied`
        : `invalid literal for int() with base 10: '${value}'`;
    return replaceLast(exception('python', ''), `ValueError: ${why}`);
  }
  const type = is === 'url' ? 'java.net.URI' : 'int';
  return springFailure(
    `Failed to bind properties under '${name.toLowerCase().replaceAll('_', '.')}' to ${type}`,
    shown,
  );
}

function missingVariable(language: Language, name: string): LastWords {
  switch (language) {
    case 'go':
      return { code: 1, lines: [`level=fatal msg="missing required environment variable ${name}"`] };
    case 'node':
      return exception('node', `Missing required environment variable ${name}`);
    case 'python':
      return replaceLast(exception('python', ''), `KeyError: '${name}'`);
    case 'java':
      return springFailure(`Could not resolve placeholder '${name}' in value "\${${name}}"`, '');
  }
}

const replaceLast = ({ lines, code }: LastWords, line: string): LastWords => ({
  code,
  lines: [...lines.slice(0, -1), line],
});

const springFailure = (what: string, value: string): LastWords => ({
  code: 1,
  lines: [
    '***************************',
    'APPLICATION FAILED TO START',
    '***************************',
    '',
    'Description:',
    '',
    `${what}${value === '' ? '' : `: ${value}`}`,
  ],
});

/** A connection that could not be made. Undefined for one that could. */
export function noConnection(
  language: Language,
  { host, port }: { host: string; port: number },
  connection: Connection,
): string | undefined {
  if (connection.kind === 'accepted') return undefined;
  const at = connection.kind === 'no-such-host' ? '' : `${connection.address}:${port}`;
  const texts: Readonly<Record<Language, Readonly<Record<typeof connection.kind, string>>>> = {
    go: {
      'no-such-host': `dial tcp: lookup ${host} on 10.96.0.10:53: no such host`,
      refused: `dial tcp ${at}: connect: connection refused`,
      'times-out': `dial tcp ${at}: i/o timeout`,
    },
    node: {
      'no-such-host': `getaddrinfo ENOTFOUND ${host}`,
      refused: `connect ECONNREFUSED ${at}`,
      'times-out': `connect ETIMEDOUT ${at}`,
    },
    python: {
      'no-such-host': `could not translate host name "${host}" to address: Name or service not known`,
      refused: `connection to server at "${host}" (${at.split(':')[0] ?? ''}), port ${port} failed: Connection refused`,
      'times-out': `connection to server at "${host}", port ${port} failed: timeout expired`,
    },
    java: {
      'no-such-host': `java.net.UnknownHostException: ${host}`,
      refused: `java.net.ConnectException: Connection to ${host}:${port} refused`,
      'times-out': `java.net.SocketTimeoutException: Connect timed out: ${host}:${port}`,
    },
  };
  return texts[language][connection.kind];
}

/** A path it may not write to, or a file that is not there. */
export function fileError(
  language: Language,
  kind: 'denied' | 'read-only' | 'missing',
  path: string,
): LastWords {
  const posix = {
    denied: 'permission denied',
    'read-only': 'read-only file system',
    missing: 'no such file or directory',
  }[kind];
  const said = posix[0]?.toUpperCase() + posix.slice(1);
  const code = { denied: 'EACCES', 'read-only': 'EROFS', missing: 'ENOENT' }[kind];
  switch (language) {
    case 'go':
      return { code: 1, lines: [`level=fatal msg="cannot start" error="open ${path}: ${posix}"`] };
    case 'node':
      return exception('node', `${code}: ${posix}, open '${path}'`);
    case 'python': {
      const type = { denied: 'PermissionError', 'read-only': 'OSError', missing: 'FileNotFoundError' }[kind];
      const number = { denied: 13, 'read-only': 30, missing: 2 }[kind];
      return replaceLast(exception('python', ''), `${type}: [Errno ${number}] ${said}: '${path}'`);
    }
    case 'java': {
      const type = {
        denied: 'AccessDeniedException',
        'read-only': 'FileSystemException',
        missing: 'NoSuchFileException',
      }[kind];
      const suffix = kind === 'read-only' ? `: ${said}` : '';
      return exception('java', `java.nio.file.${type}: ${path}${suffix}`);
    }
  }
}

/** The end a behaviour declares. */
export function lastWords(language: Language, { how, message = '', code }: End): LastWords {
  const words = wordsOf(language, how, message);
  return { ...words, code: code ?? words.code };
}

function wordsOf(language: Language, how: End['how'], message: string): LastWords {
  switch (how) {
    case 'exception':
      return exception(language, message || 'unexpected state');
    case 'segfault':
      return language === 'go'
        ? {
            code: 2,
            lines: [
              'panic: runtime error: invalid memory address or nil pointer dereference',
              '[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x6f1b2a]',
              '',
              'goroutine 34 [running]:',
              'main.(*cache).get(0x0, {0xc0001a40e0, 0x8})',
              '\t/src/cmd/server/cache.go:57 +0x2a',
            ],
          }
        : { code: 139, lines: message === '' ? [] : [message] };
    case 'heap-limit':
      return heapLimit(language);
    case 'done':
      return { code: 0, lines: [message || 'done'] };
    case 'silent':
      return { code: 1, lines: [] };
  }
}

function heapLimit(language: Language): LastWords {
  if (language === 'java') {
    return {
      code: 3,
      lines: [
        'java.lang.OutOfMemoryError: Java heap space',
        'Dumping heap to /tmp/java_pid1.hprof ...',
        'Terminating due to java.lang.OutOfMemoryError: Java heap space',
      ],
    };
  }
  return {
    code: 134,
    lines: [
      '<--- Last few GCs --->',
      '[1:0x7f1c2c000]    61204 ms: Mark-Compact 253.9 (258.1) -> 253.4 (258.6) MB, 412.07 / 0.00 ms  (average mu = 0.112) allocation failure; scavenge might not succeed',
      'FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
    ],
  };
}
