import { createClusterCache, type ClusterCache } from '#lib/kube/cluster-cache.ts';
import { KIND_NAMES, KINDS, type Identity, type KindName } from '#lib/kube/kinds.ts';
import { queryString } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';
import { asText, asWire, asWires } from '#lib/kube/to-model/wire.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { createFakeClock, type FakeClock } from '#lib/testing/fake-clock.ts';
import { createFaultProxy, type FaultProxy } from '#lib/testing/fault-proxy.ts';
import type { WireEncoding } from '#lib/testing/watch-wire.ts';
import { inProcessConnection } from './in-process-connection.ts';
import type { Schedule, Step } from './schedule.ts';
import { createWorld, type World } from './world.ts';

/** From the first answer on, so soon everything is right again. */
export const CONVERGED_WITHIN_MS = 5_000;
/** Longer than any back-off, probe or silence: by then every kind must have been asked for again. */
const ASKED_AGAIN_WITHIN_MS = 180_000;
/** A stream that hangs is asked about after 35 s, the answer has 8 s, its reopening shows after 5 s. */
const STALE_SHOWN_WITHIN_MS = 50_000;
const STEP_MS = 500;
const LOOK_EVERY_MS = 2_000;
const START = Date.UTC(2026, 10, 21, 3);

/** What was wrong, in a sentence; empty: nothing. */
export type Divergences = readonly string[];

/**
 * Plays one schedule against a sandbox API server behind the fault proxy, on injected time, in one encoding. `tell` hears
 * every request and report.
 */
export async function playSchedule(
  schedule: Schedule,
  encoding: WireEncoding,
  tell: (line: string) => void = () => undefined,
): Promise<Divergences> {
  const run = new Run(schedule, encoding, tell);
  try {
    return await run.play();
  } finally {
    await run.stop();
  }
}

class Run {
  readonly #schedule: Schedule;
  readonly #note: (line: string) => void;
  readonly #clock: FakeClock = createFakeClock(START, { turns: 1 });
  readonly #world: World;
  readonly #proxy: FaultProxy;
  readonly #cache: ClusterCache;
  readonly #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  readonly #divergences = new Set<string>();
  /** What a listener that only hears changes believes. */
  readonly #heard = new Map<KindName, Map<string, Identity>>(KIND_NAMES.map((kind) => [kind, new Map()]));
  #isStarted = false;
  #lookAt = START;
  readonly #wrongSince = new Map<KindName, number>();

  constructor(schedule: Schedule, encoding: WireEncoding, tell: (line: string) => void) {
    this.#schedule = schedule;
    this.#note = (line) => tell(`${this.#seconds()} s ${line}`);
    const random = seededRandom(`run/${schedule.seed}`);
    const wire = random.fork('wire');
    const jitter = random.fork('jitter');
    this.#world = createWorld(this.#clock, random.fork('world'));
    this.#proxy = createFaultProxy({
      upstream: inProcessConnection(this.#world.server, encoding),
      encoding,
      clock: this.#clock,
      random: () => wire.unit(),
      pageSize: 2,
      onRequest: (path, { query }) => this.#note(`${path}${queryString(query)}`),
    });
    this.#cache = createClusterCache({
      connection: this.#proxy,
      clock: this.#clock,
      random: () => jitter.unit(),
      report: ({ kind, what, message }) => this.#note(`${kind} ${what}: ${message}`),
      hashKey: Buffer.from('soak'),
    });
    this.#cache.subscribe(({ kind, changes }) => {
      for (const { type, object } of changes) this.#hear(kind, type, KINDS[kind].identity(object as never));
    });
  }

  async play(): Promise<Divergences> {
    const { steps, lengthMs } = this.#schedule;
    for (const { atMs, what } of steps) {
      if (atMs > 0) this.#start();
      await this.#advanceTo(START + atMs);
      this.#note(JSON.stringify(what));
      this.#do(what);
    }
    this.#start();
    await this.#advanceTo(START + lengthMs);
    this.#note('healed');
    this.#proxy.heal();
    await this.#converge();
    return [...this.#divergences];
  }

  /** After what is so from the beginning. */
  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#ended = this.#cache.start(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  #do(what: Step['what']): void {
    if (what.do === 'write') for (let n = 0; n < what.times; n++) this.#world.write();
    else if (what.do === 'compact') this.#world.server.journal.compact();
    else this.#proxy.strike(what.fault, what.kind);
  }

  async #advanceTo(at: number): Promise<void> {
    while (this.#clock.now() < at) {
      await this.#clock.advance(Math.min(STEP_MS, at - this.#clock.now()));
      if (this.#clock.now() >= this.#lookAt) this.#lookForStaleGreen();
    }
  }

  /** Each kind is compared with its LIST as soon as its time is up, and once more at the end. */
  async #converge(): Promise<void> {
    const healedAt = this.#clock.now();
    const open = new Set(KIND_NAMES);
    while (open.size > 0) {
      await this.#advanceTo(this.#clock.now() + STEP_MS);
      for (const kind of open) {
        const answeredAt = this.#proxy.answeredAt(kind);
        const isLate = this.#clock.now() - healedAt > ASKED_AGAIN_WITHIN_MS;
        if (answeredAt === undefined && isLate) this.#diverged(kind, 'was not asked for again');
        else if (answeredAt === undefined || this.#clock.now() < answeredAt + CONVERGED_WITHIN_MS) continue;
        else await this.#compare(kind);
        open.delete(kind);
      }
    }
    for (const kind of KIND_NAMES) await this.#compare(kind);
  }

  async #compare(kind: KindName): Promise<void> {
    const listed = await this.#list(kind);
    const state = this.#cache.states().find((each) => each.kind === kind)?.state ?? 'missing';
    if (state !== 'live') this.#diverged(kind, `is ${state}`);
    this.#difference(kind, 'the cache', this.#cached(kind), listed);
    const heard = [...(this.#heard.get(kind) ?? [])].map(
      ([key, identity]) => [key, stamp(identity)] as const,
    );
    this.#difference(kind, 'what a listener heard', new Map(heard), listed);
  }

  async #list(kind: KindName): Promise<ReadonlyMap<string, string>> {
    const { server } = this.#world;
    const response = await expectOk(await inProcessConnection(server).request(KINDS[kind].path()));
    return new Map(
      asWires(asWire(await response.json())['items']).map((item) => {
        const metadata = asWire(item['metadata']);
        const [namespace, name, uid, resourceVersion] = ['namespace', 'name', 'uid', 'resourceVersion'].map(
          (field) => asText(metadata[field]),
        );
        return [`${namespace}/${name}`, `${uid}@${resourceVersion}`];
      }),
    );
  }

  #cached(kind: KindName): ReadonlyMap<string, string> {
    const identities: readonly Identity[] = this.#cache[kind].list().map((object) =>
      // The compiler cannot tie the union's members to the kind.
      KINDS[kind].identity(object as never),
    );
    return new Map(identities.map((identity) => [keyOf(identity), stamp(identity)]));
  }

  #difference(
    kind: KindName,
    whose: string,
    held: ReadonlyMap<string, string>,
    listed: ReadonlyMap<string, string>,
  ): void {
    for (const key of new Set([...held.keys(), ...listed.keys()])) {
      const [ours, theirs] = [held.get(key) ?? 'nothing', listed.get(key) ?? 'nothing'];
      if (ours !== theirs) this.#diverged(kind, `${whose} has ${ours} of ${key}, LIST has ${theirs}`);
    }
  }

  /** What looks live may lag, but not for longer than it takes to find a dead stream. */
  #lookForStaleGreen(): void {
    const now = this.#clock.now();
    this.#lookAt = now + LOOK_EVERY_MS;
    for (const { kind, state } of this.#cache.states()) {
      const name = kind as KindName;
      if (state !== 'live' || isSame(this.#cached(name), this.#world.objects(name)))
        this.#wrongSince.delete(name);
      else if (!this.#wrongSince.has(name)) this.#wrongSince.set(name, now);
      else if (now - (this.#wrongSince.get(name) ?? now) > STALE_SHOWN_WITHIN_MS)
        this.#diverged(name, 'was shown live long after it was not');
    }
  }

  #hear(kind: KindName, type: string, identity: Identity): void {
    const known = this.#heard.get(kind);
    const key = keyOf(identity);
    const before = known?.get(key);
    const isOlder =
      before?.uid === identity.uid && BigInt(identity.resourceVersion) < BigInt(before.resourceVersion);
    if (type !== 'deleted' && isOlder) this.#diverged(kind, `went back in time at ${key}`);
    if (type === 'added' && before) this.#diverged(kind, `added ${key} twice`);
    if (type !== 'added' && !before) this.#diverged(kind, `told ${type} of the unknown ${key}`);
    if (type === 'deleted') known?.delete(key);
    else known?.set(key, identity);
  }

  #diverged(kind: KindName, what: string): void {
    this.#divergences.add(`${kind} ${what} (${this.#seconds()} s)`);
  }

  #seconds(): string {
    return ((this.#clock.now() - START) / 1000).toFixed(3);
  }
}

const keyOf = ({ namespace, name }: Identity) => `${namespace}/${name}`;
const stamp = ({ uid, resourceVersion }: Identity) => `${uid}@${resourceVersion}`;
const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
