import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, objectAt, objectsAt, stringAt, stringMapAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { epochMs } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Column } from './column.ts';
import { age, humanDuration } from './human-duration.ts';

export const NAME: Column = { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name };
export const AGE: Column = {
  name: 'Age',
  cell: ({ metadata }, now) => age(epochMs(metadata.creationTimestamp), now),
};

const status = (object: KubeObject, field: string): number => numberAt(object, 'status', field) ?? 0;
const desired = (object: KubeObject): number => numberAt(object, 'spec', 'replicas') ?? 1;

const count = (name: string, of: (object: KubeObject) => number): Column => ({
  name,
  type: 'integer',
  cell: of,
});
const fromStatus = (name: string, field: string): Column => count(name, (object) => status(object, field));

const containers = (object: KubeObject): readonly JsonObject[] =>
  objectsAt(object, 'spec', 'template', 'spec', 'containers');
const joined =
  (field: string) =>
  (object: KubeObject): string =>
    containers(object)
      .map((container) => stringAt(container, field) ?? '')
      .join(',');

const CONTAINERS: Column = { name: 'Containers', priority: 1, cell: joined('name') };
const IMAGES: Column = { name: 'Images', priority: 1, cell: joined('image') };
const SELECTOR: Column = {
  name: 'Selector',
  priority: 1,
  cell: (object) => labelsText(stringMapAt(object, 'spec', 'selector', 'matchLabels')),
};

export function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? '<none>' : pairs.map(([key, value]) => `${key}=${value}`).join(',');
}

export const DEPLOYMENT_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Ready', cell: (object) => `${status(object, 'readyReplicas')}/${desired(object)}` },
  fromStatus('Up-to-date', 'updatedReplicas'),
  fromStatus('Available', 'availableReplicas'),
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

export const REPLICA_SET_COLUMNS: readonly Column[] = [
  NAME,
  count('Desired', desired),
  fromStatus('Current', 'replicas'),
  fromStatus('Ready', 'readyReplicas'),
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

export const STATEFUL_SET_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Ready', cell: (object) => `${status(object, 'readyReplicas')}/${desired(object)}` },
  AGE,
  CONTAINERS,
  IMAGES,
];

export const DAEMON_SET_COLUMNS: readonly Column[] = [
  NAME,
  fromStatus('Desired', 'desiredNumberScheduled'),
  fromStatus('Current', 'currentNumberScheduled'),
  fromStatus('Ready', 'numberReady'),
  fromStatus('Up-to-date', 'updatedNumberScheduled'),
  fromStatus('Available', 'numberAvailable'),
  {
    name: 'Node Selector',
    cell: (object) => labelsText(stringMapAt(object, 'spec', 'template', 'spec', 'nodeSelector')),
  },
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

export const JOB_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Status', cell: jobStatus },
  {
    name: 'Completions',
    cell: (job) => `${status(job, 'succeeded')}/${numberAt(job, 'spec', 'completions') ?? 1}`,
  },
  { name: 'Duration', cell: jobDuration },
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

function jobStatus(job: KubeObject): string {
  const holds = (type: string): boolean =>
    objectsAt(job, 'status', 'conditions').some((known) => known.type === type && known.status === 'True');
  const ended = ['Complete', 'Failed'].find(holds);
  if (ended !== undefined) return ended;
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running';
}

function jobDuration(job: KubeObject, now: number): string {
  const startedAt = epochMs(stringAt(job, 'status', 'startTime'));
  if (startedAt === undefined) return '';
  return humanDuration((epochMs(stringAt(job, 'status', 'completionTime')) ?? now) - startedAt);
}

export const CRON_JOB_COLUMNS: readonly Column[] = [
  NAME,
  { name: 'Schedule', cell: (cron) => stringAt(cron, 'spec', 'schedule') ?? '' },
  { name: 'Timezone', cell: (cron) => stringAt(cron, 'spec', 'timeZone') ?? '<none>' },
  { name: 'Suspend', cell: (cron) => (objectAt(cron, 'spec').suspend === true ? 'True' : 'False') },
  count('Active', (cron) => objectsAt(cron, 'status', 'active').length),
  {
    name: 'Last Schedule',
    cell: (cron, now) => {
      const lastAt = epochMs(stringAt(cron, 'status', 'lastScheduleTime'));
      return lastAt === undefined ? '<none>' : age(lastAt, now);
    },
  },
  AGE,
  { name: 'Containers', priority: 1, cell: jobContainers('name') },
  { name: 'Images', priority: 1, cell: jobContainers('image') },
  {
    name: 'Selector',
    priority: 1,
    cell: (cron) => labelsText(stringMapAt(cron, 'spec', 'jobTemplate', 'spec', 'selector', 'matchLabels')),
  },
];

function jobContainers(field: string) {
  return (cron: KubeObject): string =>
    objectsAt(cron, 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers')
      .map((container) => stringAt(container, field) ?? '')
      .join(',');
}

/** The view of a workload that only has its size. */
export const SCALE_COLUMNS: readonly Column[] = [
  NAME,
  count('Desired', desired),
  fromStatus('Available', 'replicas'),
  AGE,
];
