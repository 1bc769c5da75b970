import { randomBytes } from 'node:crypto';
import type { ClusterView, KindState } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { type ClusterCache, createClusterCache } from '#lib/kube/cluster-cache.ts';
import type { Clock } from '#lib/kube/clock.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import type { KindName } from '#lib/kube/kinds.ts';
import { openLog } from '#lib/kube/logs.ts';
import { type Feed, Hub, type SubscribeOptions } from '#lib/live/hub.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import type { Pod } from '#lib/model/pod.ts';
import { AppError } from '#lib/server/app-error.ts';
import { log } from '#lib/server/log.ts';
import type { ClusterRuntime, LogRequest } from '#lib/server/runtime.ts';
import { clusterView } from '#lib/views/cluster-view.ts';
import { overviewView } from '#lib/views/overview.ts';
import { byNamespaceAndName, podRow } from '#lib/views/pod-row.ts';
import { type Actions, createActions } from './actions.ts';
import { asAppError } from './as-app-error.ts';
import { ChangedKeys } from './changed-keys.ts';
import { ChangeRouter } from './change-router.ts';
import { ClusterObjects, ownerKey } from './cluster-objects.ts';
import { Histories } from './histories.ts';
import { IncidentEngine } from './incident-engine.ts';
import { knownAt } from './known-at.ts';
import { LogTails } from './log-tails.ts';
import { MissingNamespaces } from './missing-namespaces.ts';
import { PodReferences } from './pod-references.ts';
import { Recorder } from './recorder.ts';
import { SharedCauseTracker } from './shared-cause-tracker.ts';
import { Triage } from './triage.ts';

/** Changes are gathered this long before they are evaluated together (ms). */
const GATHER_MS = 20;
/** After an evaluation that took long, so many times as long is left to everybody else. */
const REST_FACTOR = 4;
const FAN_OUT_WINDOW_MS = 50;
/** Views other than the list are announced at most this often (ms). */
const ANNOUNCE_WINDOW_MS = 1_000;
/** Grace periods and hysteresis end without any change of an object. */
const TICK_MS = 5_000;
/** Without controllers pods belong to nobody; but a slow kind must not hold the first rows back. */
const WAIT_FOR_OWNERS_MS = 3_000;
const OWNER_KINDS: ReadonlySet<string> = new Set([
  'replicasets',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
]);

/** Without these it is not known whether a revision stayed available. */
const ROLLOUT_KINDS: ReadonlySet<string> = new Set(['deployments', 'replicasets']);

export type ClusterRuntimeOptions = {
  readonly connection: ClusterConnection;
  readonly clock: Clock;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly sandbox: boolean;
  readonly readOnly: boolean;
  readonly shutdown: AbortSignal;
};

/** One cluster, from its caches to its views. Starts at once; never throws because the API server does not answer. */
export function createClusterRuntime(options: ClusterRuntimeOptions): ClusterRuntime {
  return new RunningCluster(options);
}

class RunningCluster implements ClusterRuntime {
  readonly name: string;
  readonly #options: ClusterRuntimeOptions;
  readonly #cache: ClusterCache;
  readonly #objects: ClusterObjects;
  readonly #histories = new Histories();
  readonly #recorder: Recorder;
  readonly #engine: IncidentEngine;
  readonly #shared: SharedCauseTracker;
  readonly #triage: Triage;
  readonly #actions: Actions;
  readonly #hub: Hub<IncidentRow>;
  readonly #changed: ChangedKeys;
  readonly #missing: MissingNamespaces;
  readonly #dirty = new Map<string, WorkloadRef>();
  #evaluationDue = false;
  #tookMs = 0;
  #podsLiveAt: number | undefined;
  #confirmedAt: number | undefined;

  constructor(options: ClusterRuntimeOptions) {
    const { connection, clock, namespaces, shutdown } = options;
    this.#options = options;
    this.name = connection.context;
    this.#cache = createClusterCache({
      connection,
      clock,
      random: Math.random,
      namespaces,
      report: (report) => log.debug('kube', { cluster: this.name, ...report }),
    });
    this.#objects = new ClusterObjects(this.#cache, (...kind) => this.#isListed(...kind));
    this.#recorder = new Recorder(clock.now());
    this.#hub = this.#createHub();
    this.#changed = new ChangedKeys({
      announce: (keys) => this.#hub.broadcast({ type: 'changed', keys }),
      schedule,
      windowMs: ANNOUNCE_WINDOW_MS,
    });
    this.#missing = new MissingNamespaces({
      connection,
      clock,
      namespaces,
      isEmpty: (namespace) =>
        this.#isListed('pods', namespace) &&
        !this.#cache.pods.list().some(({ meta }) => meta.namespace === namespace),
      signal: shutdown,
      onChange: () => this.#tellCluster(),
    });
    this.#actions = createActions({
      connection,
      readOnly: options.readOnly,
      clock: { now: () => this.now(), sleep: (ms, signal) => clock.sleep(ms, signal) },
      hash: this.#cache.hash,
      deployments: this.#cache.deployments,
      onChange: (keys) => this.#changed.add(...keys),
    });
    const sources = { cluster: this.name, listers: this.#cache, objects: this.#objects };
    this.#engine = new IncidentEngine(sources);
    this.#shared = new SharedCauseTracker(sources);
    this.#triage = this.#createTriage();
    this.#watch(shutdown);
  }

  view(): ClusterView {
    const { connection, namespaces, sandbox, readOnly } = this.#options;
    const skewMs = this.#skewMs();
    const missing = this.#missing.names();
    const shifted = (at: number | undefined) => (at === undefined ? undefined : at + skewMs);
    return clusterView({
      name: this.name,
      server: connection.server,
      namespaces: namespaces.length > 0 ? [...namespaces] : undefined,
      missingNamespaces: missing.length > 0 ? [...missing] : undefined,
      sandbox,
      readOnly,
      insecureTls: connection.insecureTls,
      user: connection.user,
      kinds: this.#cache.states().map((state) => ({
        ...state,
        sinceAt: state.sinceAt + skewMs,
        confirmedAt: shifted(state.confirmedAt),
        retryAt: shifted(state.retryAt),
      })),
      pods: this.#cache.pods.size,
      workloads: this.#cache.deployments.size + this.#cache.statefulsets.size + this.#cache.daemonsets.size,
    });
  }

  incidents(): readonly IncidentRow[] {
    return this.#triage.rows();
  }

  shared() {
    return this.#shared.rows();
  }

  incident(id: string) {
    const incident = this.#triage.incident(id);
    return Promise.resolve(incident && this.#triage.view(incident, this.#knownAt()));
  }

  pods() {
    const incidents = this.#triage.incidentsByPod();
    return this.#cache.pods
      .list()
      .map((pod) => podRow(pod, incidents.get(pod.meta.uid)))
      .toSorted(byNamespaceAndName);
  }

  overview() {
    const { samples, recordedFromAt, recovered, restarts } = this.#recorder;
    const { pods, workloads } = this.view();
    return overviewView({
      rows: this.#triage.rows(),
      samples,
      // How far the API server's clock is from ours was not known yet when the recording began.
      recordedFromAt: recordedFromAt + this.#skewMs(),
      recovered,
      restarts,
      pods,
      workloads,
      now: this.now(),
    });
  }

  subscribe(options: SubscribeOptions): Feed {
    return this.#hub.subscribe(options);
  }

  preview(...args: Parameters<ClusterRuntime['preview']>) {
    return this.#actions.preview(...args);
  }

  execute(...args: Parameters<ClusterRuntime['execute']>) {
    return this.#actions.execute(...args);
  }

  receipts() {
    return this.#actions.receipts();
  }

  receipt(intentId: string) {
    return this.#actions.receipt(intentId);
  }

  async logs(request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { tail, ...rest } = request;
    const opened = await openLog(this.#options.connection, { ...rest, tailLines: tail }, signal).catch(
      asAppError,
    );
    if (opened.kind === 'stream') return opened.body;
    throw new AppError(opened.reason === 'forbidden' ? 'forbidden' : 'not_found', opened.message, {
      hint: opened.reason === 'forbidden' ? `Needs: get pods/log in ${request.namespace}.` : undefined,
    });
  }

  now(): number {
    return this.#options.clock.now() + this.#skewMs();
  }

  #skewMs(): number {
    return Math.round(this.#options.connection.serverTimeOffsetMs() ?? 0);
  }

  #stateOf(wanted: KindName): KindState {
    // Every kind has a state; the cache is made from the same list of kinds.
    return this.#cache.states().find(({ kind }) => kind === wanted) as KindState;
  }

  #isListed(kind: KindName, namespace: string): boolean {
    const { state, forbiddenIn } = this.#stateOf(kind);
    return (state === 'live' || state === 'stale') && !forbiddenIn?.includes(namespace);
  }

  /** Up to when the pods are known, in the cluster's time. */
  #knownAt(): number {
    const { state, sinceAt } = this.#stateOf('pods');
    return knownAt({ state, sinceAt: sinceAt + this.#skewMs() }, this.now());
  }

  #createHub(): Hub<IncidentRow> {
    return new Hub<IncidentRow>({
      keyOf: ({ id }) => id,
      snapshot: (incidents) => ({
        type: 'snapshot',
        serverNow: this.now(),
        cluster: this.view(),
        incidents,
        shared: this.#shared.rows(),
      }),
      delta: (upserts, removes) => ({ type: 'delta', serverNow: this.now(), upserts, removes }),
      schedule,
      windowMs: FAN_OUT_WINDOW_MS,
      epoch: randomBytes(9).toString('base64url'),
    });
  }

  #createTriage(): Triage {
    const { connection, readOnly, shutdown: signal } = this.#options;
    const shared = { connection, now: () => this.now(), signal };
    const markPod = (pod: Pod) => this.#markDirty([this.#objects.ownerOf(pod)]);
    return new Triage({
      listers: this.#cache,
      objects: this.#objects,
      histories: this.#histories,
      recorder: this.#recorder,
      logTails: new LogTails({ ...shared, onTail: markPod }),
      references: new PodReferences({ ...shared, onAnswer: markPod }),
      engine: this.#engine,
      shared: this.#shared,
      readOnly,
      actionsOn: ({ owner }) => this.#actions.factsOn(owner),
    });
  }

  #watch(shutdown: AbortSignal): void {
    const router = new ChangeRouter({
      listers: this.#cache,
      objects: this.#objects,
      histories: this.#histories,
      now: () => this.now(),
      onRestarts: (count) => this.#recorder.countRestarts(count),
    });
    this.#cache.subscribe((batch) => {
      this.#markDirty(router.route(batch));
      if (batch.kind === 'services' || batch.kind === 'endpointslices') this.#markIncidents(batch.changes);
      if (batch.kind === 'pods') this.#changed.add('/api/pods', '/api/overview');
      if (batch.kind === 'deployments') this.#actions.follow();
    });
    this.#cache.onState(({ kind, state, confirmedAt }) => {
      if (state === 'stale' && ROLLOUT_KINDS.has(kind)) {
        this.#histories.cutAvailability(confirmedAt ?? this.now());
      }
      this.#tellCluster();
      if (kind === 'pods') void this.#missing.check();
      this.#evaluateSoon();
    });
    const tick = setInterval(() => this.#tick(), TICK_MS);
    shutdown.addEventListener('abort', () => clearInterval(tick), { once: true });
    void this.#cache.start(shutdown).finally(() => this.#options.connection.close());
  }

  #tick(): void {
    this.#histories.sweep(this.now());
    this.#triage.markUnsettled();
    this.#actions.follow();
    this.#confirm();
    void this.#missing.check();
    this.#evaluateSoon();
  }

  #tellCluster(): void {
    this.#hub.broadcast({ type: 'cluster', serverNow: this.now(), cluster: this.view() });
  }

  /** "Live, 3 s ago" has to move although nothing else does. */
  #confirm(): void {
    const cluster = this.view();
    if (cluster.confirmedAt === this.#confirmedAt || this.#hub.subscribers === 0) return;
    this.#confirmedAt = cluster.confirmedAt;
    this.#hub.broadcast({ type: 'cluster', serverNow: this.now(), cluster });
  }

  #markDirty(owners: readonly WorkloadRef[]): void {
    for (const owner of owners) this.#dirty.set(ownerKey(owner), owner);
    if (owners.length > 0) this.#evaluateSoon();
  }

  #markIncidents(changes: readonly { object: { meta: { namespace: string } } }[]): void {
    const namespaces = new Set(changes.map(({ object }) => object.meta.namespace));
    this.#markDirty(
      this.#triage
        .rows()
        .map(({ workload }) => workload)
        .filter(({ namespace }) => namespaces.has(namespace)),
    );
  }

  #evaluateSoon(): void {
    if (this.#evaluationDue) return;
    this.#evaluationDue = true;
    schedule(Math.max(GATHER_MS, this.#tookMs * REST_FACTOR), () => {
      this.#evaluationDue = false;
      const startedAt = performance.now();
      try {
        this.#evaluate();
      } catch (error) {
        // Thrown from a timer it would end the process, and with it the view of everything else.
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log.error('an evaluation failed', { cluster: this.name, error: message });
      }
      this.#tookMs = performance.now() - startedAt;
    });
  }

  #evaluate(): void {
    const { state, forbiddenIn } = this.#stateOf('pods');
    if (state === 'forbidden' || state === 'absent') return this.#show(this.#triage.forget());
    if (state === 'syncing' || this.#waitsForOwners()) return;
    const hidden = new Set(forbiddenIn);
    const gone = hidden.size > 0 ? this.#triage.forget((namespace) => hidden.has(namespace)) : [];
    const dirty = [...this.#dirty.values()].filter(({ namespace }) => !hidden.has(namespace));
    this.#dirty.clear();
    this.#show([...gone, ...this.#triage.refresh(this.#knownAt(), dirty)]);
  }

  /** Brings the list to its readers, and tells them which incidents to ask for again. */
  #show(touched: readonly string[]): void {
    this.#hub.set(this.#triage.rows());
    if (this.#shared.update(this.#engine.incidents, this.#knownAt()))
      this.#hub.broadcast({ type: 'shared', serverNow: this.now(), shared: this.#shared.rows() });
    if (touched.length > 0)
      this.#changed.add(...touched.map((id) => `/api/incidents/${id}`), '/api/overview');
  }

  #waitsForOwners(): boolean {
    const now = this.#options.clock.now();
    this.#podsLiveAt ??= now;
    if (now - this.#podsLiveAt >= WAIT_FOR_OWNERS_MS) return false;
    const waiting = this.#cache
      .states()
      .some(({ kind, state }) => OWNER_KINDS.has(kind) && state === 'syncing');
    if (waiting) this.#evaluateSoon();
    return waiting;
  }
}

function schedule(delayMs: number, task: () => void): void {
  setTimeout(task, delayMs).unref();
}
