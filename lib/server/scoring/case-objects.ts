import { asNumber, asText, asTexts, type Wire } from '#lib/kube/to-model/wire.ts';
import { caseContainer } from './case-container.ts';
import { eventReason, eventText, SCHEDULING } from './case-events.ts';
import { caseSecrets } from './case-references.ts';
import { POD, SEEN_AT, iso, NAMESPACE, NODE } from './case-scene.ts';
import { caseNodes } from './case-nodes.ts';
import { shapeOf } from './case-shape.ts';
import type { Signals } from './failure-case.ts';

export type CaseObjects = { readonly objects: readonly Wire[]; readonly log: string | undefined };

/**
 * The objects an API server would have answered with: what the case tells, in the shape of the wire, and nothing that it
 * does not. Fields the case leaves open have the defaults of the API.
 */
export function caseObjects(signals: Signals): CaseObjects {
  const shape = shapeOf(signals);
  const about = aboutOf(signals, shape);
  const objects = [
    ...caseNodes(signals, shape),
    ...caseSecrets(signals),
    ...(shape === 'job' ? [job(signals)] : []),
    ...(WITHOUT_WORKLOAD.has(shape) ? [] : workload(signals, shape === 'no-pod')),
    ...(WITHOUT_WORKLOAD.has(shape) || shape === 'no-pod' ? [] : [pod(signals)]),
    ...signals.events.map((text, index) => event(text, { index, about, signals })),
  ];
  const isLog = shape === 'container' && !/^OCI runtime/.test(signals.log_excerpt ?? '');
  return { objects, log: isLog ? (signals.log_excerpt ?? undefined) : undefined };
}

const CREATED = iso(SEEN_AT - 20 * 60_000);
const owner = (kind: string, name: string) => [
  { apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true },
];
const meta = (name: string, more: Wire = {}): Wire => ({
  name,
  namespace: NAMESPACE,
  uid: `uid-${name}`,
  creationTimestamp: CREATED,
  labels: { app: 'web' },
  ...more,
});

function pod(signals: Signals): Wire {
  const shape = shapeOf(signals);
  const container = caseContainer(signals);
  const other = signals.other_signals;
  const spec = {
    restartPolicy: 'Always',
    serviceAccountName: asText(other['service_account'], 'default'),
    imagePullSecrets: asTexts(other['imagePullSecrets']).map((name) => ({ name })),
    ...(shape === 'unscheduled' ? {} : { nodeName: NODE }),
    ...(other['schedulerName'] === undefined ? {} : { schedulerName: other['schedulerName'] }),
    readinessGates: readinessGates(signals),
    schedulingGates: asTexts(other['spec.schedulingGates']).map((name) => ({ name })),
    [container.isInit ? 'initContainers' : 'containers']: [container.spec],
    ...(container.isInit ? { containers: [{ name: 'app', image: 'registry.example/app:1' }] } : {}),
    volumes: container.volumes,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(POD, { ownerReferences: owner('ReplicaSet', 'web-7d9c') }),
    spec,
    status:
      shape === 'unscheduled'
        ? unscheduled(signals)
        : shape === 'failed'
          ? failed(signals)
          : { ...container.status, ...refusal(signals) },
  };
}

/** A pod the kubelet does not start and does not fail either says so in its status. */
const refusal = ({ other_signals: other }: Signals): Wire => ({
  reason: asText(other['pod.status.reason']) || undefined,
  message: asText(other['pod.status.message']) || undefined,
});

/** The gates that conditions and messages name. */
function readinessGates({ waiting_message, other_signals: other }: Signals): readonly Wire[] {
  const text = [waiting_message, asText(other['condition.message'])].join('\n');
  return [...text.matchAll(/readiness gate "([^"]+)"/g)].map(([, conditionType]) => ({ conditionType }));
}

/** The object of the case is told of by itself. */
const WITHOUT_WORKLOAD: ReadonlySet<ReturnType<typeof shapeOf>> = new Set(['node', 'job', 'cron-job']);

const job = (signals: Signals): Wire => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: meta('report'),
  spec: { backoffLimit: 6, template: { spec: { containers: [caseContainer(signals).spec] } } },
  status: {
    failed: asNumber(signals.other_signals['job.status.failed'], 6),
    conditions: jobConditions(signals).map((text) => {
      const [, type = '', status = '', reason = ''] = /^(\w+)=(\w+) (\w+)/.exec(text) ?? [];
      return { type, status, reason, message: messageOf(signals), lastTransitionTime: CREATED };
    }),
  },
});

const jobConditions = ({ other_signals: other }: Signals): readonly string[] => [
  ...asTexts(other['job.conditions']),
  ...(asText(other['job.condition']) === '' ? [] : [asText(other['job.condition'])]),
];

const messageOf = ({ waiting_message, events, other_signals: other }: Signals): string =>
  waiting_message ?? (asText(other['pod.status.message']) || (events[0] ?? ''));

function unscheduled(signals: Signals): Wire {
  const { events, reason, status_column, other_signals: other, waiting_message } = signals;
  const isGated = reason === 'SchedulingGated' || status_column === 'SchedulingGated';
  const isOfScheduler = other['event_reason'] === 'FailedScheduling';
  // The condition is written anew at each attempt, so the last thing the scheduler said stands in it.
  const message =
    waiting_message ??
    events.findLast((text) => isOfScheduler || SCHEDULING.test(text)) ??
    (isGated ? '' : (events[0] ?? ''));
  const isSeen = isGated || message !== '' || reason === 'Unschedulable';
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: isGated ? 'SchedulingGated' : 'Unschedulable',
    message,
    lastTransitionTime: CREATED,
  };
  return { phase: 'Pending', qosClass: other['qosClass'], conditions: isSeen ? [condition] : [] };
}

const failed = (signals: Signals): Wire => ({
  phase: 'Failed',
  reason: asText(signals.other_signals['pod.status.reason']) || (signals.reason ?? signals.status_column),
  message: messageOf(signals),
  startTime: CREATED,
});

/** A Deployment and its ReplicaSet that want one pod and have none ready. */
function workload(signals: Signals, withoutPod: boolean): readonly Wire[] {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [caseContainer(signals).spec] },
  };
  const refusal = signals.events.find((text) => /Error creating: /.test(text));
  const conditions = asTexts(signals.other_signals['deployment.conditions']).map((text) => {
    const [, type = '', status = '', reason = ''] = /^(\w+)=(\w+) (\w+)/.exec(text) ?? [];
    return { type, status, reason, message: '', lastTransitionTime: CREATED };
  });
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: refusal?.replace(/^.*?Error creating: /, '') ?? '',
    lastTransitionTime: CREATED,
  };
  const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('web', { generation: 1 }),
      spec,
      status: {
        observedGeneration: 1,
        conditions: conditions.length > 0 ? conditions : withoutPod ? [failure] : [],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta('web-7d9c', { ownerReferences: owner('Deployment', 'web') }),
      spec,
      status: { replicas: withoutPod ? 0 : 1, conditions: withoutPod && refusal ? [failure] : [] },
    },
  ];
}

function aboutOf({ other_signals }: Signals, shape: ReturnType<typeof shapeOf>): Wire {
  const object = asText(other_signals['object']);
  if (shape === 'node' || object === 'Node') return { kind: 'Node', name: NODE, uid: `uid-${NODE}` };
  if (shape === 'no-pod')
    return { kind: 'ReplicaSet', namespace: NAMESPACE, name: 'web-7d9c', uid: 'uid-web-7d9c' };
  if (shape === 'job' || shape === 'cron-job')
    return { kind: object, namespace: NAMESPACE, name: 'report', uid: 'uid-report' };
  return { kind: 'Pod', namespace: NAMESPACE, name: POD, uid: `uid-${POD}` };
}

function event(
  text: string,
  { index, about, signals }: { index: number; about: Wire; signals: Signals },
): Wire {
  const container = caseContainer(signals);
  const message = about['kind'] === 'Pod' ? eventText(text, container) : text;
  const { reason, type, ofContainer } = eventReason(message, signals, index);
  const field = `spec.${container.isInit ? 'initContainers' : 'containers'}{${asText(container.spec['name'])}}`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e${index}`, namespace: NAMESPACE, uid: `uid-e${index}`, creationTimestamp: CREATED },
    involvedObject: ofContainer && about['kind'] === 'Pod' ? { ...about, fieldPath: field } : about,
    reason,
    type,
    message,
    source: { component: reason === 'FailedScheduling' ? 'default-scheduler' : 'kubelet' },
    firstTimestamp: CREATED,
    // People show events as kubectl prints them: the newest is the last.
    lastTimestamp: iso(SEEN_AT - 5_000 * (signals.events.length - index)),
    count: asNumber(signals.other_signals['count'], 3),
  };
}
