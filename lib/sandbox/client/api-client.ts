import type { Random } from '#lib/sandbox/random.ts';
import type { Method, Transport } from '#lib/sandbox/transport.ts';
import { collectionPath, objectPath, type ObjectKey } from './kinds.ts';
import type { Kind, KubeObject } from './objects.ts';
import type { Write } from './write.ts';

/** The API server said no. `reason` is the Status reason, e.g. `NotFound`, `Forbidden`. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

type Observer = {
  written(kind: Kind, object: KubeObject): void;
  gone(target: ObjectKey, uid: string): void;
};

/** Sends writes; every answer is shown to the caches at once, so that no controller acts on its own past. */
export class ApiClient {
  readonly #transport: Transport;
  readonly #names: Random;
  readonly #observer: Observer;

  constructor({ transport, names, observer }: { transport: Transport; names: Random; observer: Observer }) {
    this.#transport = transport;
    this.#names = names;
    this.#observer = observer;
  }

  /** @throws ApiFailure on any status >= 400, except a delete of something that is gone already. */
  async apply(write: Exclude<Write, { verb: 'event' }>): Promise<KubeObject | undefined> {
    switch (write.verb) {
      case 'create':
        return this.#create(write);
      case 'merge':
        return this.#merge(write);
      case 'delete':
        return this.#delete(write);
    }
  }

  async #create({ object }: Extract<Write, { verb: 'create' }>): Promise<KubeObject> {
    const { generateName, ...metadata } = object.metadata;
    const name = metadata.name ?? `${generateName ?? ''}${this.#names.suffix(5)}`;
    const created = await this.send('POST', collectionPath(object.kind, metadata.namespace), {
      ...object,
      metadata: { ...metadata, ...(generateName ? { generateName } : {}), name },
    });
    this.#observer.written(object.kind, created);
    return created;
  }

  async #merge({ target, patch, subresource }: Extract<Write, { verb: 'merge' }>): Promise<KubeObject> {
    const path = objectPath(target) + (subresource ? `/${subresource}` : '');
    const merged = await this.send('PATCH', path, patch);
    this.#observer.written(target.kind, merged);
    return merged;
  }

  async #delete({
    target,
    uid,
    graceSeconds,
    propagation,
  }: Extract<Write, { verb: 'delete' }>): Promise<undefined> {
    const options = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { uid },
      ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
    };
    try {
      const answer = await this.send('DELETE', objectPath(target), options);
      const terminating = answer.metadata?.deletionTimestamp !== undefined && graceSeconds !== 0;
      if (terminating) this.#observer.written(target.kind, answer);
      else this.#observer.gone(target, uid);
    } catch (error) {
      if (!(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 409)) throw error;
    }
    return undefined;
  }

  /** One request; the body of a success. */
  async send(method: Method, path: string, body?: unknown): Promise<KubeObject> {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await this.#transport.request({ method, path, body, contentType });
    if (answer.status < 400) return answer.body as KubeObject; // wire edge
    const { reason = '', message = '' } = (answer.body ?? {}) as { reason?: string; message?: string };
    throw new ApiFailure(answer.status, reason, message);
  }
}
