import type { Candidate, Finding } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Probe } from '#lib/model/pod-template.ts';
import type { Terminated } from '#lib/model/pod.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import {
  changeEvidence,
  changesOf,
  containerEvents,
  eventEvidence,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding, type FindingParts } from '#lib/diagnosis/finding.ts';
import { searchLog } from '#lib/diagnosis/log-search.ts';
import { graceMs, killBudgetMs, listeningPort, probeFailure } from '#lib/diagnosis/probe-facts.ts';
import { readProbe } from '#lib/diagnosis/probe-readings.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { stillStarting } from '#lib/diagnosis/still-starting.ts';
import { isOfThisRun } from '#lib/diagnosis/run-window.ts';
import { durationText } from '#lib/diagnosis/wording.ts';
import { probeText } from '#lib/rollout/container-diff.ts';
import { probeFinding } from './probe-not-ready.ts';
import { probeWrongPortOrPath } from './probe-wrong-port-or-path.ts';

/**
 * The kubelet killed the container after its liveness or startup probe failed: the Killing event of this run is
 * the proof. A run shorter than the probe's budget rules a kill out, whatever older events say.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_manager.go
 */
function killedBy(kind: 'liveness' | 'startup'): ContainerRule {
  return (input) => {
    const { exit, spec } = input.container;
    const probe = spec[kind];
    if (!exit || exit.startedAt === undefined || !probe) return undefined;
    if (exit.finishedAt - exit.startedAt < killBudgetMs(probe)) return undefined;
    const kill = containerEvents(input, 'Killing').find((event) =>
      event.message.includes(`failed ${kind} probe`),
    );
    if (!kill) return undefined;
    const wrongTarget = probeWrongPortOrPath(input) ?? plainMistake(input, { kind, probe });
    if (wrongTarget) return { ...wrongTarget, evidence: [eventEvidence(kill), ...wrongTarget.evidence] };
    return killFinding(input, { kind, probe, kill, exit });
  };
}

/** Mistakes that explain the kill by themselves; "no good answer" does not, it is what a kill always has. */
const MISTAKES: ReadonlySet<string> = new Set([
  'probe-scheme-mismatch',
  'probe-grpc-unimplemented',
  'app-binds-localhost',
]);

function plainMistake(
  input: ContainerInput,
  { kind, probe }: { kind: 'liveness' | 'startup'; probe: Probe },
): Finding | undefined {
  const failure = probeFailure(input, kind);
  const reading = failure && readProbe({ message: failure.message, kind, probe, input });
  const cannotRun = reading?.causeId === 'probe-exec-error' && reading.certainty === 'likely';
  return failure && reading && (cannotRun || MISTAKES.has(reading.causeId))
    ? probeFinding(input, { reading, failure, kind, probe })
    : undefined;
}

type Kill = { kind: 'liveness' | 'startup'; probe: Probe; kill: KubeEvent; exit: Terminated };

function killFinding(input: ContainerInput, { kind, probe, kill, exit }: Kill): Finding {
  const { container } = input;
  const ofThisRun = isOfThisRun(kill, exit, graceMs(input, probe));
  const slow =
    kind === 'liveness' ? (whyTooAggressive(input, probe) ?? whyTooEarly(input, probe, exit)) : undefined;
  const failure = probeFailure(input, kind);
  const shared: Omit<FindingParts, 'causeId' | 'certainty' | 'title' | 'sentence'> = {
    raw: failure?.message ?? kill.message,
    container: container.spec.name,
    evidence: [
      eventEvidence(kill),
      ...(failure ? [eventEvidence(failure)] : []),
      ...exitEvidence(container),
      fieldEvidence(specPath(container, `${kind}Probe`), probeText(probe)),
      ...(slow?.line ? [logEvidence(slow.line)] : []),
      ...changesOf(input, `${kind}Probe`).map(changeEvidence),
    ],
    remedies: [
      ...rollbackRemedy(input),
      kind === 'startup'
        ? editRemedy(input, 'Give the startup probe more time (failureThreshold)')
        : editRemedy(input, 'Add a startup probe, so that liveness waits for the start'),
    ],
  };
  const budget = durationText(killBudgetMs(probe));
  const others = whyItFails(input, { kind, probe, failure });
  if (slow) {
    return finding({
      ...shared,
      causeId: 'liveness-probe-too-aggressive',
      certainty: slow.certainty,
      candidates:
        slow.certainty === 'likely' ? [] : others.filter(({ causeId }) => causeId !== 'probe-too-early'),
      title: 'Liveness probe gives too little time',
      sentence: `The liveness probe kills ${container.spec.name} after ${budget}; ${slow.clause}.`,
    });
  }
  return finding({
    ...shared,
    causeId: kind === 'startup' ? 'startup-probe-killed' : 'liveness-probe-killed',
    certainty: ofThisRun ? 'proven' : 'likely',
    candidates: others,
    title: `Killed by its ${kind} probe`,
    sentence:
      kind === 'startup'
        ? `${container.spec.name} does not start within ${budget}, so its startup probe has it killed.`
        : `The kubelet kills ${container.spec.name} because its liveness probe fails.`,
  });
}

const STARTED_IN =
  /(?:started|ready|startup|initiali[sz]ed|boot(?:ed)?)\b[^\n]{0,60}?\b(?:in|after|took)\s+(\d{1,6}(?:\.\d{1,6})?) ?(ms|s|sec|seconds|min|minutes)\b/i;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  seconds: 1000,
  min: 60_000,
  minutes: 60_000,
};
const TIMES = ['initialDelaySeconds', 'periodSeconds', 'failureThreshold', 'timeoutSeconds'];

type TooAggressive = {
  readonly clause: string;
  readonly certainty: 'likely' | 'possible';
  readonly line?: { readonly at?: number; readonly text: string };
};

/** That the kubelet kills for the probe is known; why the probe fails, its words say more or less clearly. */
function whyItFails(
  input: ContainerInput,
  { kind, probe, failure }: { kind: 'liveness' | 'startup'; probe: Probe; failure?: KubeEvent },
): Candidate[] {
  const reading = failure && readProbe({ message: failure.message, kind, probe, input });
  if (!reading) return [];
  const { causeId, sentence, candidates = [] } = reading;
  const check = CHECKS[causeId] ?? 'Run a copy of the pod without the probe and ask the same of it.';
  return [{ causeId, sentence, check }, ...candidates];
}

const CHECKS: Readonly<Record<string, string>> = {
  'probe-app-not-listening':
    'Look for a listen address in the log, or run a copy of the pod without the probe.',
  'probe-timeout': 'Compare the time of an answer with timeoutSeconds, and the CPU use with its limit.',
};

/**
 * Killed at the first opportunity, with nothing listening yet and no startup probe to wait for it. That the app
 * does come up when left alone is only known when another pod, or the last good revision, runs the same image.
 */
function whyTooEarly(input: ContainerInput, probe: Probe, exit: Terminated): TooAggressive | undefined {
  const { spec } = input.container;
  const refused = /connection refused/i.test(probeFailure(input, 'liveness')?.message ?? '');
  const ranMs = exit.finishedAt - (exit.startedAt ?? exit.finishedAt);
  const atFirst = ranMs <= killBudgetMs(probe) + graceMs(input, probe) + 2 * probe.periodSeconds * 1000;
  if (!refused || !atFirst || spec.startup || listeningPort(input.container)) return undefined;
  const elsewhere = input.siblings.some((pod) =>
    pod.statuses.some(({ name, image, ready }) => ready && name === spec.name && image === spec.image),
  );
  const before = input.lastGood?.proof === 'proven' && input.lastGood.revision.images.includes(spec.image);
  const line = stillStarting(input.container.log);
  return {
    clause: 'it does not listen yet by then',
    certainty: elsewhere || before || line ? 'likely' : 'possible',
    ...(line ? { line } : {}),
  };
}

/** What shows that the app needs longer than the probe allows; `undefined` when nothing does. */
function whyTooAggressive(input: ContainerInput, probe: Probe): TooAggressive | undefined {
  const hit = searchLog(input.container.log, STARTED_IN);
  const neededMs = Number(hit?.match[1]) * (UNIT_MS[hit?.match[2]?.toLowerCase() ?? ''] ?? NaN);
  if (hit && neededMs > killBudgetMs(probe)) {
    return {
      clause: `the app needs ${durationText(neededMs)} to start`,
      certainty: 'likely',
      line: hit.line,
    };
  }
  const tightened = changesOf(input, 'livenessProbe').filter(
    ({ path, before, after }) =>
      TIMES.some((field) => path.endsWith(`.${field}`)) && Number(after ?? 0) < Number(before),
  );
  const [first] = tightened;
  if (!first) return undefined;
  const field = first.path.slice(first.path.lastIndexOf('.') + 1);
  return { clause: `${field} went from ${first.before ?? ''} to ${first.after ?? '0'}`, certainty: 'likely' };
}

export const killedByLiveness = killedBy('liveness');
export const killedByStartup = killedBy('startup');
