import type { Clock } from '#lib/kube/clock.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { readNamespace } from '#lib/kube/read-references.ts';

/** A namespace without pods is asked for again after this long (ms): it may be made, or deleted. */
const ASK_AGAIN_MS = 60_000;
const TIMEOUT_MS = 5_000;

export type MissingNamespacesOptions = {
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Those the product was told to watch. */
  readonly namespaces: readonly string[];
  /** One that holds something exists; it is not asked for. */
  readonly isEmpty: (namespace: string) => boolean;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
};

/**
 * Which of the namespaces on the command line do not exist. The API server lists and watches a namespace that is not there as
 * if it were empty, so a mistyped name would look like a healthy one. What may not be read is not called missing.
 */
export class MissingNamespaces {
  readonly #options: MissingNamespacesOptions;
  readonly #missing = new Set<string>();
  readonly #askedAt = new Map<string, number>();

  constructor(options: MissingNamespacesOptions) {
    this.#options = options;
  }

  names(): readonly string[] {
    return this.#options.namespaces.filter((name) => this.#missing.has(name));
  }

  /** Asks for those that are empty, each at most once a minute. Resolves when all have answered; never rejects. */
  async check(): Promise<void> {
    const { namespaces, isEmpty, clock } = this.#options;
    const now = clock.now();
    const before = this.names().join();
    const due: string[] = [];
    for (const name of namespaces) {
      if (!isEmpty(name)) this.#missing.delete(name);
      else if (now - (this.#askedAt.get(name) ?? -Infinity) >= ASK_AGAIN_MS) due.push(name);
    }
    for (const name of due) this.#askedAt.set(name, now);
    await Promise.all(due.map((name) => this.#ask(name)));
    if (this.names().join() !== before) this.#options.onChange();
  }

  async #ask(name: string): Promise<void> {
    const { connection, signal } = this.#options;
    const timed = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await readNamespace(connection, name, timed).catch(() => undefined);
    if (answer?.state === 'exists') this.#missing.delete(name);
    // Anything else leaves what was known: a refusal or a silent server proves nothing.
    if (answer?.state === 'missing') this.#missing.add(name);
  }
}
