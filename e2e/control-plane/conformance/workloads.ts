import { manifest, plain, type Step } from './step.ts';

const NS = '-n fleet';
const IMAGE = 'nginx:1.28-alpine';

const labelled = (app: string, spec: object) => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec },
});

const headless = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'db', namespace: 'fleet' },
  spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 6379 }] },
};
const db = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'fleet' },
  spec: {
    serviceName: 'db',
    replicas: 2,
    ...labelled('db', { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: IMAGE }] }),
  },
};
const agent = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'fleet' },
  spec: labelled('agent', { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: IMAGE }] }),
};
const failing = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'failing', namespace: 'fleet' },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'app', image: 'nginx:1.28-alpine', command: ['sh', '-c', 'echo no; exit 3'] }],
      },
    },
  },
};

const sets: readonly Step[] = [
  { command: 'create namespace fleet' },
  { command: 'apply -f -', stdin: manifest(headless, db, agent) },
  ...plain(
    `rollout status sts/db ${NS}`,
    `rollout status ds/agent ${NS}`,
    `get sts,ds ${NS}`,
    `get sts,ds ${NS} -o wide`,
    `get sts db ${NS} -o yaml`,
    `get ds agent ${NS} -o yaml`,
    `get pods ${NS} -l app=db`,
    `get pod db-0 ${NS} -o yaml`,
    `describe sts db ${NS}`,
    `get controllerrevisions ${NS}`,
    `get endpointslices ${NS} -l kubernetes.io/service-name=db`,
  ),
  { command: `describe ds agent ${NS}`, unordered: true },
  ...plain(
    `set image sts/db ${NS} app=nginx:1.27-alpine`,
    `rollout status sts/db ${NS}`,
    `rollout history sts/db ${NS}`,
    `rollout history sts/db ${NS} --revision=2`,
    `rollout undo sts/db ${NS}`,
    `rollout status sts/db ${NS}`,
    `rollout history sts/db ${NS}`,
    `rollout undo sts/db ${NS} --to-revision=77`,
    `rollout pause sts/db ${NS}`,
    `set image ds/agent ${NS} app=nginx:1.27-alpine`,
    `rollout status ds/agent ${NS}`,
    `rollout history ds/agent ${NS}`,
    `rollout undo ds/agent ${NS} --to-revision=1`,
    `rollout status ds/agent ${NS}`,
    `scale sts/db ${NS} --replicas=1`,
  ),
  { command: `get pods ${NS} -l app=db`, until: /^NAME.*\ndb-0 .*\n$/ },
  ...plain(
    `rollout restart sts/db ds/agent ${NS}`,
    `rollout status ds/agent ${NS}`,
    `patch sts db ${NS} --type=merge -p '{"spec":{"serviceName":"other"}}'`,
    `patch ds agent ${NS} --type=merge -p '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'`,
    `scale ds/agent ${NS} --replicas=1`,
    `delete sts db ${NS} --cascade=orphan`,
    `get pods ${NS} -l app=db -o jsonpath='{.items[*].metadata.ownerReferences}'`,
    `delete ds agent ${NS}`,
    `wait pods -l app=agent ${NS} --for=delete --timeout=60s`,
  ),
];

const jobs: readonly Step[] = [
  ...plain(
    `create job once ${NS} --image=nginx:1.28-alpine -- sh -c 'echo done'`,
    `wait job/once ${NS} --for=condition=Complete --timeout=60s`,
    `get jobs ${NS} -o wide`,
    `get job once ${NS} -o yaml`,
    `describe job once ${NS}`,
    `logs job/once ${NS}`,
    `get pods ${NS} -l batch.kubernetes.io/job-name=once`,
    `patch job once ${NS} --type=merge -p '{"spec":{"completions":7}}'`,
  ),
  { command: 'create -f -', stdin: manifest(failing) },
  ...plain(
    `wait job/failing ${NS} --for=condition=Failed --timeout=60s`,
    `get jobs ${NS}`,
    `get job failing ${NS} -o jsonpath={.status.conditions}`,
    `describe job failing ${NS}`,
    `create cronjob nightly ${NS} --image=nginx:1.28-alpine '--schedule=0 3 1 1 *' -- sh -c 'echo done'`,
    `create cronjob broken ${NS} --image=nginx:1.28-alpine '--schedule=99 * * * *'`,
    `create job manual ${NS} --from=cronjob/nightly`,
    `create job manual ${NS} --from=cronjob/nope`,
    `wait job/manual ${NS} --for=condition=Complete --timeout=60s`,
    `get job manual ${NS} -o yaml`,
    `patch cronjob nightly ${NS} -p '{"spec":{"suspend":true}}'`,
    `get cronjobs ${NS}`,
    `describe cronjob nightly ${NS}`,
    `delete cronjob nightly ${NS}`,
    `delete job once ${NS}`,
    `get pods ${NS} -l batch.kubernetes.io/job-name=once`,
  ),
];

/** Workloads that are no Deployments: rollouts, history and ends of their own. */
export const workloads: readonly Step[] = [...sets, ...jobs];
