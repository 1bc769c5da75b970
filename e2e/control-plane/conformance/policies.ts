import { manifest, plain, type Step } from './step.ts';

const NS = '-n ruled';

const object = (apiVersion: string, kind: string, name: string, rest: object, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  ...rest,
});
const ruled = (apiVersion: string, kind: string, name: string, rest: object) =>
  object(apiVersion, kind, name, rest, 'ruled');

const range = ruled('v1', 'LimitRange', 'sizes', {
  spec: {
    limits: [
      {
        type: 'Container',
        max: { cpu: '1', memory: '1Gi' },
        min: { cpu: '10m' },
        default: { cpu: '200m', memory: '128Mi' },
        defaultRequest: { cpu: '100m' },
      },
    ],
  },
});
const large = ruled('v1', 'Pod', 'large', {
  spec: {
    containers: [
      {
        name: 'app',
        image: 'nginx:1.28-alpine',
        resources: { requests: { cpu: '2' }, limits: { cpu: '3' } },
      },
    ],
  },
});
const urgent = ruled('v1', 'Pod', 'urgent', {
  spec: { priorityClassName: 'desk-high', containers: [{ name: 'app', image: 'nginx:1.28-alpine' }] },
});

const quotas: readonly Step[] = [
  ...plain(
    'create namespace ruled',
    `create quota few ${NS} --hard=pods=2,requests.cpu=1,configmaps=3`,
    `create quota few ${NS} --hard=pods=2`,
    `create quota wrong ${NS} --hard=pods=many`,
  ),
  { command: 'create -f -', stdin: manifest(range) },
  { command: `get quota few ${NS}`, until: /configmaps: 1\/3/ },
  ...plain(`describe quota few ${NS}`, `get limits ${NS}`),
  // kubectl goes through a Go map.
  { command: `describe limits sizes ${NS}`, unordered: true },
  { command: `describe ns ruled`, unordered: true },
  ...plain(`create cm a ${NS}`, `create cm b ${NS}`, `create cm c ${NS}`),
  { command: 'create -f -', stdin: manifest(large) },
  ...plain(`create deployment app ${NS} --image=nginx:1.28-alpine --replicas=3`),
  { command: `get deploy app ${NS}`, until: /app +2\/3/ },
  ...plain(
    `get rs ${NS} -o jsonpath='{.items[*].status.conditions[*].reason}'`,
    `get deploy app ${NS} -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason}{"\\n"}{end}'`,
    `get pods ${NS} -l app=app -o jsonpath={.items[0].spec.containers[0].resources}`,
    `get pods ${NS} -l app=app -o jsonpath={.items[0].metadata.annotations}`,
    `describe quota few ${NS}`,
    `get quota few ${NS} -o yaml`,
    `delete deploy app ${NS}`,
    `wait pods -l app=app ${NS} --for=delete --timeout=60s`,
    `create priorityclass desk-high --value=1000 --description=first`,
    `create priorityclass desk-high --value=1000`,
    `create priorityclass desk-system --value=2000000000`,
    `get pc desk-high`,
    `get pc`,
    `describe pc desk-high`,
    `patch pc desk-high -p '{"value":7}'`,
  ),
  { command: 'create -f -', stdin: manifest(urgent), until: /created/ },
  ...plain(
    `get pod urgent ${NS} -o jsonpath='{.spec.priority} {.spec.preemptionPolicy}'`,
    `delete pod urgent ${NS} --now`,
    `delete pc desk-high`,
    `delete quota few ${NS}`,
    `delete limits sizes ${NS}`,
  ),
];

const guarded = ruled('v1', 'Pod', 'guarded', {
  spec: {
    nodeName: 'worker-2',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'app', image: 'nginx:1.28-alpine' }],
  },
});
const guardedPod = { ...guarded, metadata: { ...guarded.metadata, labels: { app: 'guarded' } } };

/** The node is cordoned already; only this pod of it has to go. */
const DRAIN = 'drain worker-2 --force --pod-selector=app=guarded';

const disruption: readonly Step[] = [
  { command: 'create -f -', stdin: manifest(guardedPod) },
  ...plain(
    `wait pod/guarded ${NS} --for=condition=Ready --timeout=60s`,
    `create pdb guard ${NS} --selector=app=guarded --min-available=1`,
    `create pdb both ${NS} --selector=app=x --min-available=1 --max-unavailable=1`,
  ),
  { command: `get pdb guard ${NS} -o jsonpath={.status.currentHealthy}`, until: /^1$/ },
  ...plain(
    `get pdb ${NS}`,
    `describe pdb guard ${NS}`,
    `get pdb guard ${NS} -o yaml`,
    `${DRAIN} --timeout=2s`,
    `get pod guarded ${NS}`,
    `patch pdb guard ${NS} --type=merge -p '{"spec":{"minAvailable":0}}'`,
  ),
  { command: `get pdb guard ${NS}`, until: /guard +0 +N\/A +1/ },
  ...plain(DRAIN, `get pod guarded ${NS}`, `get pdb guard ${NS} -o jsonpath={.status.expectedPods}`),
];

const storageClass = object('storage.k8s.io/v1', 'StorageClass', 'desk-manual', {
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'Immediate',
});
const volume = object('v1', 'PersistentVolume', 'desk-disk', {
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'desk-manual',
    hostPath: { path: '/disk' },
  },
});
const claim = (name: string, storage: string) =>
  ruled('v1', 'PersistentVolumeClaim', name, {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'desk-manual',
      resources: { requests: { storage } },
    },
  });

const storage: readonly Step[] = [
  {
    command: 'create -f -',
    stdin: manifest(storageClass, volume, claim('data', '1Gi'), claim('huge', '9Ti')),
  },
  { command: `get pvc data ${NS}`, until: /Bound/ },
  ...plain(
    `get sc desk-manual`,
    `describe sc desk-manual`,
    `get pv desk-disk`,
    `get pv desk-disk -o wide`,
    `describe pv desk-disk`,
    `get pvc ${NS} -o wide`,
    `describe pvc data ${NS}`,
    `get pvc data ${NS} -o yaml`,
    `get pv desk-disk -o yaml`,
    `patch pvc data ${NS} --type=merge -p '{"spec":{"storageClassName":"other"}}'`,
  ),
  { command: `describe pvc huge ${NS}`, until: /ProvisioningFailed|FailedBinding|waiting|no volume/i },
  ...plain(`delete pvc data huge ${NS}`),
  { command: `get pv desk-disk`, until: /Released/ },
  ...plain(`delete pv desk-disk`, `delete sc desk-manual`),
];

const held = {
  ...object('v1', 'ConfigMap', 'held', {}),
  metadata: { name: 'held', namespace: 'leaving', finalizers: ['example.com/hold'] },
};

const namespaces: readonly Step[] = [
  { command: 'create namespace leaving' },
  { command: 'create -f -', stdin: manifest(held) },
  ...plain('delete namespace leaving --wait=false', 'get namespace leaving'),
  { command: 'get namespace leaving -o jsonpath={.status}', until: /SomeFinalizersRemain/ },
  ...plain(
    'describe namespace leaving',
    'create cm more -n leaving',
    'delete namespace leaving --timeout=1s',
    `patch cm held -n leaving --type=merge -p '{"metadata":{"finalizers":null}}'`,
  ),
  { command: 'get namespace leaving', until: /NotFound/ },
];

/** What keeps others from doing what they want: quotas, sizes, priorities, budgets, claims, finalizers. */
export const policies: readonly Step[] = [...quotas, ...disruption, ...storage, ...namespaces];
