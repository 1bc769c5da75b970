const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** What a well-known exit code says by convention, as a clause. `undefined` for the app's own codes. */
export function exitCodeText(code: number): string | undefined {
  const known: Readonly<Record<number, string>> = {
    0: 'the process ended by itself without an error',
    1: 'a general error of the app',
    2: 'a usage error of a shell, or a Go panic',
    126: 'the command exists and cannot be executed',
    127: 'a shell did not find the command',
    128: 'the container never started',
    255: 'exit status out of range, or the runtime lost the container',
  };
  const signal = signalOf(code);
  return known[code] ?? (signal ? `ended by ${signal}` : undefined);
}

/** The signal an exit code above 128 stands for, e.g. 137 -> SIGKILL. */
function signalOf(code: number): string | undefined {
  return code > 128 ? SIGNALS[code - 128] : undefined;
}
