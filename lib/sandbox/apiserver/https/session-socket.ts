import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { OpenSession } from '#lib/sandbox/apiserver/reply.ts';

/** k8s.io/apimachinery/pkg/util/remotecommand: v5 can close standard input. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

const server = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
});

type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

/** Runs a session over a websocket: each message is a channel number and its bytes. */
export function serveSession({ request, socket, head }: Upgrade, open: OpenSession): void {
  server.handleUpgrade(request, socket, head, (webSocket) => connect(webSocket, open));
}

function connect(webSocket: WebSocket, open: OpenSession): void {
  const send = (channel: number, bytes: string | Uint8Array): void => {
    if (webSocket.readyState === webSocket.OPEN) {
      webSocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]));
    }
  };
  const input = open({
    stdout: (bytes) => send(CHANNEL.stdout, bytes),
    stderr: (text) => send(CHANNEL.stderr, text),
    end: (status) => {
      send(CHANNEL.error, JSON.stringify(status));
      webSocket.close(1000);
    },
  });
  // A letter may come in two frames.
  const decoder = new StringDecoder('utf8');
  webSocket.on('message', (data) => {
    // ws delivers one Buffer unless told otherwise.
    if (!Buffer.isBuffer(data)) return;
    const [channel, first] = data;
    if (channel === CHANNEL.stdin) input.write(decoder.write(data.subarray(1)));
    else if (channel === CHANNEL.close && first === CHANNEL.stdin) input.end();
  });
  webSocket.on('close', () => input.cancel());
  webSocket.on('error', () => input.cancel());
}
