import { PassThrough } from 'node:stream';
import type { KubeRequest } from '#lib/kube/connection.ts';
import type { ApiPath } from '#lib/kube/path.ts';
import { kubeResponse, type KubeResponse } from '#lib/kube/response.ts';

export type FakeAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, a JSON value, or a stream the test feeds. */
  readonly body?: string | object | PassThrough;
};

export type SeenRequest = {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly init: KubeRequest;
};

/** An answer, a failure to throw, or `never`: the server accepts the connection and says nothing. */
export type Script = FakeAnswer | Error | 'never';

export interface FakeConnection {
  readonly requests: readonly SeenRequest[];
  request(path: ApiPath, init?: KubeRequest): Promise<KubeResponse>;
}

/** A connection whose answers are written by the test; bodies go through the real response reader. */
export function createFakeConnection(answer: (request: SeenRequest) => Script): FakeConnection {
  const requests: SeenRequest[] = [];
  return {
    requests,
    async request(path, init = {}) {
      const query = Object.fromEntries(
        Object.entries(init.query ?? {}).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)]],
        ),
      );
      const seen: SeenRequest = { path, query, init };
      requests.push(seen);
      const script = answer(seen);
      if (script instanceof Error) throw script;
      if (script === 'never') return untilAborted(init.signal);
      const { status = 200, headers = {}, body = '' } = script;
      const stream =
        body instanceof PassThrough
          ? body
          : new PassThrough().end(typeof body === 'string' ? body : JSON.stringify(body));
      init.signal?.addEventListener('abort', () => stream.destroy(), { once: true });
      return kubeResponse(
        { statusCode: status, headers, body: stream },
        { host: 'cluster.test', signal: init.signal },
      );
    },
  };
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** What undici throws when the other side is gone. */
export const brokenSocket = (): Error =>
  Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
