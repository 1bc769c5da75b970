import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from './percentile.ts';

/**
 * The reading side in a process of its own: `readers.ts <port> <count> [gzip|identity] [stalled]`. Ordinary readers look for a time
 * or a number of restarts in what arrives and at nothing else, so that they do not wait for themselves. Stalled ones stop reading after their
 * first bytes; `resume` lets them go on, come back by their last event id when they were cut, and compares what they end with.
 */
const [port = '', count = '0', encoding = 'identity', stalledCount = '0'] = process.argv.slice(2);
const SENT_AT = Buffer.from('"sentAt":');
const RESTARTS = Buffer.from('"restarts":');
const PATH = '/api/stream';
let delaysMs: number[] = [];
let restarts: [number, number][] = [];
let bytes = 0;

const nowUs = () => Number(process.hrtime.bigint() / 1_000n);

/** `known`: the restarts this reader has seen; a row may come again for another reason. */
function measure(chunk: Buffer, known: Set<number>): void {
  bytes += chunk.byteLength;
  const now = nowUs();
  for (const value of numbersAfter(SENT_AT, chunk)) delaysMs.push((now - value) / 1_000);
  for (const value of numbersAfter(RESTARTS, chunk)) {
    if (!known.has(value)) restarts.push([value, now]);
    known.add(value);
  }
}

function numbersAfter(mark: Buffer, chunk: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + 1)) {
    // One that the end of the chunk cuts is left out: it would be another number.
    const digits = /^\d+(?=,)/.exec(
      chunk.toString('latin1', at + mark.byteLength, at + mark.byteLength + 20),
    );
    if (digits) numbers.push(Number(digits[0]));
  }
  return numbers;
}

async function openReader(): Promise<Socket> {
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${PATH} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept-encoding: ${encoding}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  const known = new Set<number>();
  return socket.on('data', (chunk: Buffer) => measure(chunk, known));
}

/** A reader that keeps the state a browser would. */
class StateReader {
  readonly rows = new Map<string, number>();
  cuts = 0;
  snapshots = 0;
  #lastEventId = '';
  #pending = '';
  #request: ClientRequest | undefined;
  #response: IncomingMessage | undefined;

  async open(): Promise<this> {
    const headers = this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId };
    this.#pending = '';
    await new Promise<void>((resolve) => {
      this.#request = get({ port, host: '127.0.0.1', path: PATH, agent: false, headers }, (response) => {
        this.#response = response.setEncoding('utf8');
        response.on('data', (text: string) => this.#take(text)).on('error', () => undefined);
        response.on('close', () => {
          this.cuts += 1;
          void this.open();
        });
        resolve();
      });
      this.#request.on('error', () => undefined);
    });
    return this;
  }

  pause = () => void this.#response?.pause();
  resume = () => void this.#response?.resume();

  #take(text: string): void {
    const events = (this.#pending + text).split('\n\n');
    this.#pending = events.pop() ?? '';
    for (const event of events) {
      const [, id = '', data = ''] = /^id: (.*)\ndata: (.*)$/.exec(event) ?? [];
      if (data === '') continue;
      const message = JSON.parse(data) as Record<'rows' | 'upserts', { id: string; version: number }[]>;
      if ('rows' in message) this.snapshots += 1;
      for (const row of message.rows ?? message.upserts) this.rows.set(row.id, row.version);
      this.#lastEventId = id;
    }
  }

  state = () => JSON.stringify([...this.rows].toSorted());
}

const stalled: StateReader[] = [];
for (let n = 0; n < Number(count) - Number(stalledCount); n++) await openReader();
for (let n = 0; n < Number(stalledCount); n++) stalled.push(await new StateReader().open());

const commands = {
  reset() {
    delaysMs = [];
    restarts = [];
    bytes = 0;
  },
  restarts: () => void process.send?.(restarts),
  stall: () => stalled.forEach((reader) => reader.pause()),
  resume: () => stalled.forEach((reader) => reader.resume()),
  report() {
    const sorted = delaysMs.toSorted((a, b) => a - b);
    process.send?.({
      heard: sorted.length,
      bytes,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
    });
  },
  async compare() {
    const fresh = await new StateReader().open();
    await pause(2_000);
    process.send?.({
      stalled: stalled.length,
      equal: stalled.filter((reader) => reader.state() === fresh.state()).length,
      cuts: stalled.reduce((sum, { cuts }) => sum + cuts, 0),
      snapshots: stalled.reduce((sum, { snapshots }) => sum + snapshots, 0),
      rows: fresh.rows.size,
    });
  },
};
process.on('message', (command: keyof typeof commands) => void commands[command]());
process.once('disconnect', () => process.exit());
process.send?.('ready');
