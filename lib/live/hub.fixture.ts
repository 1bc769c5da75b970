import type { Frame } from './frame.ts';
import { type Feed, Hub } from './hub.ts';

export type Row = { id: string; value: number };
export type Message =
  | { type: 'snapshot'; rows: Row[] }
  | { type: 'delta'; upserts: Row[]; removes: string[] }
  | { type: 'note'; text: string };

/** A hub whose windows end by hand. */
export function aHub({ epoch = 'e', ringBytes }: { epoch?: string; ringBytes?: number } = {}) {
  const tasks: (() => void)[] = [];
  const delaysMs: number[] = [];
  const hub = new Hub<Row>({
    keyOf: (row) => row.id,
    snapshot: () => ({ type: 'snapshot' }),
    delta: (removes) => ({ type: 'delta', removes }),
    rowsAs: { snapshot: 'rows', delta: 'upserts' },
    schedule: (delayMs, task) => {
      delaysMs.push(delayMs);
      tasks.push(task);
    },
    windowMs: (readers) => 50 + readers,
    epoch,
    ringBytes,
  });
  const endWindow = () => tasks.splice(0).forEach((task) => task());
  return { hub, endWindow, delaysMs };
}

export function read({ parts }: Frame): { id: string; message: Message } {
  const text = Buffer.concat(parts.map(({ bytes }) => bytes)).toString();
  const [, id = '', data = ''] = /^id: (.*)\ndata: (.*)\n\n$/.exec(text) ?? [];
  return { id, message: JSON.parse(data) as Message };
}

/** Everything a reader is to be sent now. */
export function drain(feed: Feed): Message[] {
  const messages: Message[] = [];
  for (let frame = feed.next(); frame; frame = feed.next()) messages.push(read(frame).message);
  return messages;
}

/** What a browser makes of the stream: rows by id, and the last note. */
export class ReaderState {
  rows = new Map<string, number>();
  lastEventId: string | undefined;

  take(frame: Frame): void {
    const { id, message } = read(frame);
    this.lastEventId = id;
    if (message.type === 'snapshot') this.rows.clear();
    if (message.type === 'note') return;
    for (const row of message.type === 'snapshot' ? message.rows : message.upserts) {
      this.rows.set(row.id, row.value);
    }
    if (message.type === 'delta') for (const gone of message.removes) this.rows.delete(gone);
  }
}
