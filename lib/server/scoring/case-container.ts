import { asNumber, asText, asWire, optionalNumber, type Wire } from '#lib/kube/to-model/wire.ts';
import { waitingWord } from './case-events.ts';
import { caseReferences } from './case-references.ts';
import { SEEN_AT, iso } from './case-scene.ts';
import type { Signals } from './failure-case.ts';

export type CaseContainer = {
  readonly isInit: boolean;
  readonly image: string;
  /** The word of the kubelet for its state. */
  readonly word: string;
  readonly spec: Wire;
  readonly volumes: readonly Wire[];
  /** The status of the whole pod. */
  readonly status: Wire;
};

const WAITING =
  /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|SignatureValidationFailed|CreateContainerConfigError|CreateContainerError|RunContainerError|ContainerCreating|PodInitializing|Blocked|PostStartHookError)$/;
const CREATED_AT = SEEN_AT - 20 * 60_000;

/** The failing container, its specification and the status of its pod. */
export function caseContainer(signals: Signals): CaseContainer {
  const { env, volumes } = caseReferences(signals);
  const column = signals.status_column ?? '';
  const { container, init_container: init, readOnlyRootFilesystem } = signals.other_signals;
  const initName = /^[a-z0-9-]+$/.exec(asText(init))?.[0];
  const isInit = column.startsWith('Init:') || /\(init\)/.test(asText(container)) || initName !== undefined;
  const name = /^[\w-]+/.exec(asText(container))?.[0] ?? initName ?? 'web';
  const spec = {
    name,
    image: imageOf(signals),
    env,
    ...probesOf(signals),
    resources: resourcesOf(signals),
    ...pullPolicy(signals),
    ...(readOnlyRootFilesystem === true ? { securityContext: { readOnlyRootFilesystem } } : {}),
  };
  const status = { name, image: imageOf(signals), imageID: '', ready: false, ...stateOf(signals) };
  const ready = asWire(status)['ready'] === true;
  const creating = {
    name: 'app',
    ready: false,
    restartCount: 0,
    image: '',
    imageID: '',
    state: { waiting: { reason: 'PodInitializing' } },
  };
  const hasStarted = 'lastState' in status || 'running' in status.state;
  return {
    isInit,
    image: imageOf(signals),
    word: asText(asWire(status.state['waiting'])['reason']),
    spec,
    volumes,
    status: {
      phase: hasStarted && !isInit ? 'Running' : 'Pending',
      startTime: iso(CREATED_AT),
      qosClass: signals.other_signals['qosClass'],
      conditions: conditions({ state: status.state, isInit, ready }, signals),
      ...(isInit
        ? { initContainerStatuses: [status], containerStatuses: [creating] }
        : { containerStatuses: [status] }),
    },
  };
}

type Stage = { readonly state: Wire; readonly isInit: boolean; readonly ready: boolean };

function conditions({ state, isInit, ready }: Stage, { other_signals: other }: Signals): readonly Wire[] {
  const at = iso(CREATED_AT);
  const condition = (type: string, status: string, reason?: string, message?: string) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: at,
  });
  const told = asText(other['condition.reason']) || 'ContainersNotReady';
  const isGated = told === 'ReadinessGatesNotReady';
  return [
    condition('PodScheduled', 'True'),
    condition('Initialized', isInit ? 'False' : 'True'),
    ...('running' in state ? [condition('PodReadyToStartContainers', 'True')] : []),
    ready || isGated
      ? condition('ContainersReady', 'True')
      : condition('ContainersReady', 'False', 'ContainersNotReady'),
    ready && !isGated
      ? condition('Ready', 'True')
      : condition('Ready', 'False', told, asText(other['condition.message']) || undefined),
  ];
}

type State = {
  readonly state: Wire;
  readonly lastState?: Wire;
  readonly restartCount: number;
  readonly ready?: boolean;
};

/** What the words, the texts and the exit of the case say about its state; a log means that it ran. */
function stateOf(signals: Signals): State {
  const { status_column, reason, waiting_message, events, log_excerpt, other_signals: other } = signals;
  const column = (status_column ?? '').replace(/^Init:/, '');
  const restarts = Number(
    /^\d+/.exec(
      `${asNumber(other['restarts'], -1) < 0 ? asText(other['restarts']) : asNumber(other['restarts'], 0)}`,
    )?.[0] ?? 0,
  );
  const words = [column, reason ?? ''];
  const waiting = [reason ?? '', column].find((word) => WAITING.test(word));
  const hasExit = other['exitCode'] !== undefined || asText(other['lastState.terminated.reason']) !== '';
  const crashed = words.some((word) =>
    /^(CrashLoopBackOff|Error|OOMKilled|Completed|StartError|ContainerCannotRun)$/.test(word),
  );
  const runs = column === '' || column === 'Running';
  if (asText(other['condition.reason']) === 'ReadinessGatesNotReady')
    return { state: runningSince(15), restartCount: restarts, ready: true };
  if (!crashed && !hasExit && runs && restarts === 0 && /^0\//.test(asText(other['ready'])))
    return { state: runningSince(15), restartCount: 0 };
  if (crashed || hasExit || (waiting === undefined && log_excerpt && !events.some(isProbeText))) {
    return crashedState(signals, Math.max(restarts, 3));
  }
  if (waiting === 'PodInitializing' && log_excerpt)
    return { state: runningSince(15), restartCount: restarts };
  if (waiting !== undefined) {
    return {
      state: { waiting: { reason: waiting, message: waiting_message ?? undefined } },
      restartCount: restarts,
    };
  }
  if (events.some(isProbeText)) return { state: runningSince(5), restartCount: restarts };
  const guessed = waitingWord(signals);
  if (guessed === undefined && runs) return { state: runningSince(15), restartCount: restarts, ready: true };
  return {
    state: { waiting: { reason: guessed ?? 'ContainerCreating', message: waiting_message ?? undefined } },
    restartCount: restarts,
  };
}

const isProbeText = (text: string): boolean => /[Pp]robes? (are )?(failed|failing|errored)/.test(text);
const runningSince = (minutes: number): Wire => ({ running: { startedAt: iso(SEEN_AT - minutes * 60_000) } });

function crashedState(signals: Signals, restartCount: number): State {
  const { waiting_message, events, log_excerpt, other_signals: other } = signals;
  const startText = [waiting_message, ...events, log_excerpt].find((text): text is string =>
    /OCI runtime|starting container process caused|failed to (create|start) (containerd task|container)|Container command '/.test(
      text ?? '',
    ),
  );
  const exitCode =
    optionalNumber(other['exitCode']) ?? optionalNumber(other['lastState.terminated.exitCode']);
  const reason =
    asText(other['lastState.terminated.reason']) ||
    (signals.status_column === 'OOMKilled' ? 'OOMKilled' : '');
  const lastedMs =
    timeOf(other['FinishedAt'] ?? other['finishedAt']) - timeOf(other['StartedAt'] ?? other['startedAt']);
  const ranMs = Number.isNaN(lastedMs) ? likelyRunMs(signals) : lastedMs;
  const endedAt = SEEN_AT - 60_000;
  const neverRan = startText !== undefined;
  const terminated = {
    exitCode: exitCode ?? (reason === 'OOMKilled' ? 137 : neverRan ? 128 : 1),
    reason: reason || (neverRan ? 'StartError' : 'Error'),
    ...(startText === undefined ? {} : { message: startText.replace(/^Error: /, '') }),
    startedAt: neverRan ? '1970-01-01T00:00:00Z' : iso(endedAt - ranMs),
    finishedAt: iso(endedAt),
    containerID: 'containerd://1',
  };
  const text = `back-off 2m40s restarting failed container=web pod=web`;
  return {
    state: { waiting: { reason: 'CrashLoopBackOff', message: text } },
    lastState: { terminated },
    restartCount,
  };
}

/** A time of the API, or of a clock on the wall: only differences count. */
function timeOf(value: unknown): number {
  const text = asText(value);
  return Date.parse(/^\d\d:\d\d:\d\d$/.test(text) ? `1970-01-01T${text}Z` : text);
}

/** Nobody says how long it ran. What the kubelet killed for its probe was given the time the probe allows. */
function likelyRunMs({ events, other_signals: other }: Signals): number {
  if (!events.some((text) => /failed (liveness|startup) probe, will be restarted/.test(text))) return 1_000;
  const seconds = (name: string, fallback: number) => optionalNumber(other[name]) ?? fallback;
  const probing = seconds('periodSeconds', 10) * seconds('failureThreshold', 3);
  return (seconds('initialDelaySeconds', 0) + probing + 5) * 1_000;
}

function imageOf({ waiting_message, events, other_signals: other }: Signals): string {
  const given = asText(other['image']) || asText(other['intended_image']);
  if (given !== '') return given;
  const text = [waiting_message ?? '', ...events].join('\n');
  const [, host, path, tag] = /https:\/\/([^/\s"]+)\/v2\/([\w./-]+)\/manifests\/([\w.-]+)/.exec(text) ?? [];
  if (/Failed to pull image ""/.test(text) && host && path && tag) return `${host}/${path}:${tag}`;
  const inQuotes = /(?:[Ii]mage|image tag) "([^"\n]+)"/.exec(text)?.[1];
  // Names that somebody blotted out before showing the text.
  const quoted = inQuotes !== undefined && /^[*<>.…]+$/.test(inQuotes) ? undefined : inQuotes;
  const shown = /\b((?:[\w-]+\.)+[\w-]+(?::\d+)?\/[\w./-]+(?::[\w.-]+)?)/.exec(
    text.replace(/https?:\/\/\S+/g, ''),
  )?.[1];
  return quoted ?? (/manifest|repository/.test(text) ? shown : undefined) ?? 'registry.example/app:1';
}

const pullPolicy = ({ waiting_message, events, status_column, reason }: Signals): Wire =>
  [waiting_message, status_column, reason, ...events].some((text) =>
    /ErrImageNeverPull|pull policy of Never/.test(text ?? ''),
  )
    ? { imagePullPolicy: 'Never' }
    : {};

function resourcesOf({ other_signals: other }: Signals): Wire {
  const limits = Object.fromEntries(
    ['cpu', 'memory'].flatMap((name) => {
      const limit = other[name] ?? other[`limits.${name}`];
      return limit === undefined ? [] : [[name, limit]];
    }),
  );
  return Object.keys(limits).length > 0 ? { limits } : {};
}

/** The probes whose failures the events tell, asked where the texts say. */
function probesOf({ events, other_signals: other }: Signals): Wire {
  const told = Object.fromEntries(
    ['liveness', 'readiness', 'startup'].flatMap((kind) => {
      const port = optionalNumber(other[`${kind}Probe.httpGet.port`]);
      return port === undefined ? [] : [[`${kind}Probe`, { httpGet: { path: '/', port } }]];
    }),
  );
  const timing = Object.fromEntries(
    ['periodSeconds', 'failureThreshold', 'initialDelaySeconds', 'timeoutSeconds'].flatMap((name) =>
      other[name] === undefined ? [] : [[name, other[name]]],
    ),
  );
  const shown = Object.fromEntries(
    ['Liveness', 'Readiness', 'Startup'].flatMap((kind) => {
      const text = events.find((line) => isProbeText(line) && line.includes(kind));
      return text === undefined ? [] : [[`${kind.toLowerCase()}Probe`, { ...handlerOf(text), ...timing }]];
    }),
  );
  return { ...told, ...shown };
}

/** The kubelet's own words of a request; of a command it tells what that printed, or that it could not run. */
const ASKED_BY_KUBELET =
  /HTTP probe failed|\bGet "?http|dial tcp|statuscode|Client\.Timeout|request canceled|deadline exceeded|connection (?:refused|reset)|EOF|timed out/i;
const RAN_COMMAND = /oci runtime|failed to exec|exec failed|health check rpc|exiting with code/i;

function handlerOf(text: string): Wire {
  const [, scheme, port, path] = /(https?):\/\/[^/:"\s]+:(\d+)(\/[^"\s:]*)?/.exec(text) ?? [];
  if (port) return { httpGet: { scheme: scheme?.toUpperCase(), port: Number(port), path: path ?? '/' } };
  const command = (/command "([^"]+)"/.exec(text) ?? /exec: \\*"([^"\\]+)/.exec(text))?.[1];
  if (command) return { exec: { command: command.split(' ') } };
  return ASKED_BY_KUBELET.test(text) && !RAN_COMMAND.test(text)
    ? { httpGet: { path: '/', port: 8080 } }
    : { exec: { command: ['check'] } };
}
