import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';

/** How often an HTTP/2 connection is pinged: an answered ping is a byte from the other side. */
export const PING_EVERY_MS = 15_000;
/** So often is a connection looked at. */
export const LOOK_EVERY_MS = 5_000;
/** client-go gives a ping 15 s after 30 s of silence (apimachinery/pkg/util/net/http.go); here any byte counts. */
const LOOKS_WITHOUT_A_BYTE = 8;

/** What is needed of a socket. */
export type WatchedSocket = Pick<Duplex, 'destroyed' | 'destroy' | 'once'> & {
  readonly bytesRead: number;
  /** `h2` once TLS has agreed on it. */
  readonly alpnProtocol?: string | false | null;
};

/**
 * Destroys an HTTP/2 connection that has not sent a byte for 40 s though it is pinged each 15 s: half-open, or its
 * other end hangs. TCP's own probes do not see it, they rest while a ping is unacknowledged. Looks are counted, not
 * clock time, so that a laptop that slept does not find every connection dead. HTTP/1.1 has no ping: there the
 * kernel's probes find half-open connections, and the silence of a watch the rest.
 */
export async function endWhenHung(socket: WatchedSocket, clock: Clock): Promise<void> {
  if (socket.alpnProtocol !== 'h2') return;
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  let seen = socket.bytesRead;
  for (let silent = 0; silent < LOOKS_WITHOUT_A_BYTE;) {
    await clock.sleep(LOOK_EVERY_MS, closed.signal);
    if (closed.signal.aborted || socket.destroyed) return;
    silent = socket.bytesRead === seen ? silent + 1 : 0;
    seen = socket.bytesRead;
  }
  socket.destroy(Object.assign(new Error('the other side does not answer pings'), { code: 'ECONNRESET' }));
}
