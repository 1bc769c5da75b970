import { inspect } from 'node:util';
import type { ClusterView } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { KindName } from '#lib/kube/kinds.ts';
import { type ClusterCache, type ClusterChanges, createClusterCache } from '#lib/kube/cluster-cache.ts';
import type { Clock } from '#lib/kube/clock.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import type { PodsQuery } from '#lib/contract/pods.ts';
import type { Feed, Hub, SubscribeOptions } from '#lib/live/hub.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import type { Pod } from '#lib/model/pod.ts';
import { log } from '#lib/server/log.ts';
import type { ClusterRuntime, LogRequest } from '#lib/server/runtime.ts';
import { overviewView } from '#lib/views/overview.ts';
import { podRow } from '#lib/views/pod-row.ts';
import { type Actions, createActions } from './actions.ts';
import { ChangedKeys } from './changed-keys.ts';
import { ChangeQueue } from './change-queue.ts';
import { ChangeRouter } from './change-router.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { EvaluationLoop, threadWorkedMs } from './evaluation-loop.ts';
import { Histories } from './histories.ts';
import { IncidentEngine } from './incident-engine.ts';
import { KindStates } from './kind-states.ts';
import { LogTails } from './log-tails.ts';
import { MissingNamespaces } from './missing-namespaces.ts';
import { OwnersWait } from './owners-wait.ts';
import { PodPages } from './pod-pages.ts';
import { PodReferences } from './pod-references.ts';
import { readPodLog } from './read-pod-log.ts';
import { elapsed, schedule, yieldTo } from './real-time.ts';
import { Recorder } from './recorder.ts';
import { ROLLED_OUT, ROLLOUTS_SEEN_BY } from './rollouts-seen-by.ts';
import { RunningImages } from './running-images.ts';
import { SharedCauseTracker } from './shared-cause-tracker.ts';
import { ShownList } from './shown-list.ts';
import { Triage } from './triage.ts';
import { createTriageHub } from './triage-hub.ts';
import { watchedView } from './watched-view.ts';

/** Views other than the list are announced at most this often (ms). */
const ANNOUNCE_WINDOW_MS = 1_000;
/** Grace periods and hysteresis end without any change of an object. */
const TICK_MS = 5_000;
/** More changes than this at once are recorded in pieces. */
const MANY_CHANGES = 64;
/** They tell how bad an incident is, wherever their own objects are. */
const SEVERITY_KINDS: ReadonlySet<string> = new Set(['services', 'endpointslices']);
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
  readonly #kinds: KindStates;
  readonly #objects: ClusterObjects;
  readonly #histories = new Histories();
  readonly #images = new RunningImages();
  readonly #recorder: Recorder;
  readonly #engine: IncidentEngine;
  readonly #shared: SharedCauseTracker;
  readonly #triage: Triage;
  readonly #actions: Actions;
  readonly #hub: Hub<IncidentRow>;
  readonly #changed: ChangedKeys;
  readonly #router: ChangeRouter;
  readonly #changes = new ChangeQueue();
  readonly #loop: EvaluationLoop;
  readonly #lastStates = new Map<string, string>();
  readonly #shown: ShownList;
  readonly #podPages: PodPages;
  /** The pods were judged once, all of them: before that an empty list says nothing. */
  #isJudged = false;
  #isJudgedTold = false;
  readonly #missing: MissingNamespaces;
  readonly #owners = new OwnersWait();
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
    this.#kinds = new KindStates({
      states: () => this.#cache.states(),
      skewMs: () => this.#skewMs(),
      isNarrowed: namespaces.length > 0,
    });
    this.#objects = new ClusterObjects(this.#cache, this.#kinds);
    this.#recorder = new Recorder(clock.now());
    this.#hub = createTriageHub({
      now: () => this.now(),
      view: () => this.view(),
      shared: () => this.#shared.rows(),
      schedule,
    });
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
        this.#kinds.isListed('pods', namespace) &&
        !this.#cache.pods.list().some(({ meta }) => meta.namespace === namespace),
      signal: shutdown,
      onChange: () => this.#tellCluster(),
    });
    this.#actions = createActions({
      connection,
      readOnly: options.readOnly,
      clock: { now: () => this.now(), sleep: (ms, signal) => clock.sleep(ms, signal) },
      hash: this.#cache.hash,
      workload: (target) => this.#objects.rolling(target),
      revisionNumber: (workload) => this.#objects.revisionNumber(workload),
      onChange: (keys) => this.#changed.add(...keys),
    });
    const sources = { cluster: this.name, listers: this.#cache, objects: this.#objects };
    this.#engine = new IncidentEngine(sources);
    this.#shared = new SharedCauseTracker(sources);
    this.#triage = this.#createTriage();
    this.#router = this.#createRouter();
    const onOutdated = () => this.#changed.add('/api/pods');
    this.#podPages = new PodPages({ lister: this.#cache.pods, onOutdated, elapsed, yieldTo });
    this.#shown = new ShownList({
      hub: this.#hub,
      changed: this.#changed,
      triage: this.#triage,
      engine: this.#engine,
      shared: this.#shared,
      now: () => this.now(),
      knownAt: () => this.#knownAt(),
      elapsed,
    });
    this.#loop = new EvaluationLoop({
      step: (isOver) => this.#step(isOver),
      background: (isOver) => this.#age(isOver),
      show: () => this.#show(),
      onError: (error) => log.error('an evaluation failed', { cluster: this.name, error: inspect(error) }),
      schedule,
      yieldTo,
      elapsed,
      worked: threadWorkedMs,
    });
    this.#watch(shutdown);
  }

  view(): ClusterView {
    return watchedView({
      ...this.#options,
      cache: this.#cache,
      missing: this.#missing.names(),
      skewMs: this.#skewMs(),
      isJudged: this.#isJudged,
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

  async pods(query: PodsQuery) {
    const { pods, ...counts } = await this.#podPages.page(query);
    const incidents = this.#triage.incidentsByPod();
    const rows = pods.map((pod) => podRow(pod, incidents.get(pod.meta.uid)));
    return { pods: rows, ...counts, state: this.#kinds.of('pods').state, serverNow: this.now() };
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

  logs(request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    return readPodLog(this.#options.connection, request, signal);
  }

  now(): number {
    return this.#options.clock.now() + this.#skewMs();
  }

  #skewMs(): number {
    return Math.round(this.#options.connection.serverTimeOffsetMs() ?? 0);
  }

  /** Up to when the pods are known, in the cluster's time. */
  #knownAt(): number {
    return this.#kinds.knownAt('pods', this.now());
  }

  #createTriage(): Triage {
    const { connection, readOnly, shutdown: signal } = this.#options;
    const shared = { connection, now: () => this.now(), signal };
    const mark = (about: Pod | WorkloadRef) =>
      this.#markDirty(['meta' in about ? this.#objects.ownerOf(about) : about]);
    return new Triage({
      listers: this.#cache,
      objects: this.#objects,
      histories: this.#histories,
      images: this.#images,
      recorder: this.#recorder,
      logTails: new LogTails({ ...shared, onTail: mark }),
      references: new PodReferences({ ...shared, onAnswer: mark }),
      engine: this.#engine,
      shared: this.#shared,
      readOnly,
      actionsOn: ({ owner }) => this.#actions.factsOn(owner),
    });
  }

  #createRouter(): ChangeRouter {
    return new ChangeRouter({
      listers: this.#cache,
      objects: this.#objects,
      histories: this.#histories,
      images: this.#images,
      now: () => this.now(),
      onRestarts: (count) => this.#recorder.countRestarts(count),
    });
  }

  #watch(shutdown: AbortSignal): void {
    this.#cache.subscribe((batch) => {
      if (this.#changes.isEmpty && batch.changes.length <= MANY_CHANGES) return this.#route(batch);
      this.#changes.add(batch);
      this.#loop.soon();
    });
    this.#cache.onState(({ kind, state, confirmedAt }) => {
      const unseen = state === 'stale' ? ROLLOUTS_SEEN_BY[kind as KindName] : undefined;
      if (unseen) this.#histories.cutAvailability(confirmedAt ?? this.now(), (of) => unseen.includes(of));
      // What may be listed decides how bad an incident is, and whether one that is gone has recovered.
      if (this.#lastStates.get(kind) !== state) this.#markDirty(this.#triage.ownersIn(() => true));
      this.#lastStates.set(kind, state);
      this.#tellCluster();
      if (kind === 'pods') void this.#missing.check();
      this.#loop.soon();
    });
    const tick = setInterval(() => this.#tick(), TICK_MS);
    shutdown.addEventListener('abort', () => clearInterval(tick), { once: true });
    void this.#cache.start(shutdown).finally(() => this.#options.connection.close());
  }

  #route(batch: ClusterChanges): void {
    this.#markDirty(this.#router.route(batch));
    if (SEVERITY_KINDS.has(batch.kind)) {
      const namespaces = namespacesOf(batch);
      this.#markDirty(this.#triage.ownersIn((namespace) => namespaces.has(namespace)));
    }
    if (batch.kind === 'pods') this.#changed.add('/api/pods', '/api/overview');
    if (ROLLED_OUT.has(batch.kind)) this.#actions.follow();
  }

  #tick(): void {
    this.#histories.sweep(this.now());
    this.#triage.markUnsettled(this.#knownAt());
    this.#actions.follow();
    this.#confirm();
    void this.#missing.check();
    this.#loop.soon();
    this.#loop.later();
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
    if (owners.length === 0) return;
    this.#triage.markDirty(owners);
    this.#loop.soon();
  }

  /** One slice of work; true when more is left. */
  #step(isOver: () => boolean): boolean {
    if (!this.#changes.isEmpty) {
      this.#changes.drain((batch) => this.#route(batch), isOver);
      return true;
    }
    const { state, forbiddenIn } = this.#kinds.of('pods');
    if (state === 'forbidden' || state === 'absent') {
      this.#shown.touch(this.#triage.forget());
      this.#shown.want();
      return false;
    }
    if (state === 'syncing' || this.#waitsForOwners()) return false;
    const hidden = new Set(forbiddenIn);
    if (hidden.size > 0) this.#shown.touch(this.#triage.forget((namespace) => hidden.has(namespace)));
    this.#shown.touch(this.#triage.refresh(this.#knownAt(), isOver));
    if (this.#triage.isDirty) {
      // Of a first judgement only the whole is shown; later ones as far as they got.
      if (this.#isJudged) this.#shown.wantMeanwhile();
      return true;
    }
    this.#isJudged = true;
    this.#shown.want();
    return false;
  }

  /** Rows that change with the time alone; true when more are left. */
  #age(isOver: () => boolean): boolean {
    if (this.#triage.isDirty || !this.#triage.isAging) return this.#triage.isAging;
    const differ = this.#triage.age(this.#knownAt(), isOver);
    this.#shown.touch(differ);
    if (differ.length > 0) this.#shown.want();
    return this.#triage.isAging;
  }

  #show(): void {
    this.#shown.show();
    if (this.#isJudgedTold || !this.#isJudged) return;
    this.#isJudgedTold = true;
    this.#tellCluster();
  }

  #waitsForOwners(): boolean {
    const isOver = this.#owners.isOver(this.#cache.states(), this.#options.clock.now());
    if (!isOver) this.#loop.soon();
    return !isOver;
  }
}

const namespacesOf = ({ kind, changes }: ClusterChanges): ReadonlySet<string> =>
  kind === 'events' ? new Set() : new Set(changes.map(({ object }) => object.meta.namespace));
