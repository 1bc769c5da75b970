import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from './transport.ts';

export type HttpsTransportOptions = {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
  readonly userAgent?: string;
};

/** Reaches the sandbox, or a real kube-apiserver, over HTTPS with a bearer token. */
export class HttpsTransport implements Transport {
  readonly #options: HttpsTransportOptions;
  readonly #agent: Agent;

  constructor(options: HttpsTransportOptions) {
    this.#options = options;
    this.#agent = new Agent({ ca: options.ca, keepAlive: true });
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#send(request);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return { status: response.statusCode ?? 0, body: parsed(text, response) };
  }

  async *watch<T>(path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>> {
    const response = await this.#send({ method: 'GET', path, signal });
    if (response.statusCode !== 200) {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      yield { type: 'ERROR', object: parsed(Buffer.concat(chunks).toString('utf8'), response) as T };
      return;
    }
    for await (const line of createInterface({ input: response })) {
      if (line !== '') yield JSON.parse(line) as WatchEvent<T>; // wire edge
    }
  }

  /** Lets go of idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, body, contentType, accept, signal }: ApiRequest): Promise<IncomingMessage> {
    const { server, token, userAgent = 'sandbox-simulation' } = this.#options;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: accept ?? 'application/json',
      'User-Agent': userAgent,
      ...(payload === undefined
        ? {}
        : {
            'Content-Type': contentType ?? 'application/json',
            'Content-Length': Buffer.byteLength(payload),
          }),
    };
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(
        new URL(path, server),
        { method, headers, agent: this.#agent, signal },
        resolve,
      );
      sent.once('error', reject);
      sent.end(payload);
    });
  }
}

function parsed(text: string, { headers }: IncomingMessage): unknown {
  return headers['content-type']?.includes('json') ? (JSON.parse(text) as unknown) : text;
}
