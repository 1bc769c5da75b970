import { appendFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { linesBetween, type Listener, type Run } from '#lib/sandbox/programs/program.ts';

export type End = { readonly exitCode: number; readonly reason: string; readonly finishedAt: number };

type Options = {
  readonly run: Run;
  /** The pod's address: probes of the kubelet arrive here. */
  readonly address: string;
  readonly logPath: string;
  /** Called once. */
  readonly onEnd: (end: End) => void;
};

const WRITE_EVERY_MS = 200;
const LINES_AT_ONCE = 1000;
/** 128 + SIGKILL. */
const KILLED = 137;

/** One run of a sandbox program in real time: its log lines go to a file, its listeners to sockets, its end to `onEnd`. */
export class RunningProgram {
  readonly startedAt = Date.now();
  readonly #options: Options;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #closers: (() => void)[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #writtenMs = -1;
  #stoppingMs: number | undefined;
  #hasEnded = false;

  constructor(options: Options) {
    this.#options = options;
    const { run } = options;
    appendFileSync(options.logPath, '');
    for (const listener of run.listeners) {
      // What listens on 127.0.0.1 alone cannot be met at the pod's address.
      if (!listener.localOnly) this.#after(listener.fromMs, () => this.#listen(listener));
    }
    const writing = setInterval(() => this.#write(this.#ageMs()), WRITE_EVERY_MS);
    this.#closers.push(() => clearInterval(writing));
    const { exit } = run;
    if (exit) this.#after(exit.afterMs, () => this.#end(exit.code, exit.reason));
  }

  /** SIGTERM, and SIGKILL when it still runs after `graceMs`; resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    const { stop } = this.#options.run;
    if (this.#stoppingMs === undefined && stop) {
      this.#stoppingMs = this.#ageMs();
      this.#after(stop.afterMs, () => this.#end(stop.code));
    }
    this.#after(graceMs, () => this.#end(KILLED));
    await this.#ended.promise;
  }

  #ageMs(): number {
    return Date.now() - this.startedAt;
  }

  #after(delayMs: number, task: () => void): void {
    if (this.#hasEnded) return;
    this.#timers.add(setTimeout(task, delayMs));
  }

  #end(exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): void {
    if (this.#hasEnded) return;
    this.#write(this.#ageMs());
    this.#hasEnded = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const close of this.#closers) close();
    this.#options.onEnd({ exitCode, reason, finishedAt: Date.now() });
    this.#ended.resolve();
  }

  /** Lines due since the last call; after SIGTERM only the program's farewell. */
  #write(untilMs: number): void {
    const { run, logPath } = this.#options;
    const quietMs = Math.min(untilMs, this.#stoppingMs ?? Infinity);
    const due = linesBetween(run, { afterMs: this.#writtenMs, untilMs: quietMs, limit: LINES_AT_ONCE });
    const farewell =
      this.#stoppingMs !== undefined && this.#stoppingMs > this.#writtenMs ? run.stop?.lines : [];
    const said = [
      ...due.map(({ atMs, text }) => logLine(this.startedAt + atMs, text)),
      ...(farewell ?? []).map((text) => logLine(Date.now(), text)),
    ];
    this.#writtenMs = untilMs;
    if (said.length > 0) appendFileSync(logPath, said.join(''));
  }

  #listen(listener: Listener): void {
    const { close, server } = opened(listener, () => this.#ageMs());
    server.on('error', ({ message }) => process.stderr.write(`program: ${message}\n`));
    server.listen(listener.port, this.#options.address);
    this.#closers.push(close);
  }
}

/** The CRI log format (kubernetes/design-proposals, kubelet-cri-logging.md); `F`: the line is whole. */
const logLine = (atMs: number, text: string): string =>
  `${new Date(atMs).toISOString().replace('Z', '000000Z')} stdout F ${text}\n`;

function opened({ http }: Listener, ageMs: () => number): { server: Server; close: () => void } {
  if (http) {
    const server = createHttpServer((request, response) => {
      const answer = http(request.url ?? '/', ageMs());
      if (answer !== 'hangs') response.writeHead(answer).end();
    });
    const close = (): void => {
      server.close();
      server.closeAllConnections();
    };
    return { server, close };
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  const close = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { server, close };
}
