import { manifest, plain, type Step } from './step.ts';

const NS = '-n nodes';

const pinned = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pinned', namespace: 'nodes', labels: { app: 'pinned' } },
  spec: {
    nodeName: 'worker-3',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'app', image: 'redis:7-alpine' }],
  },
};

/** What concerns the nodes; afterwards only worker-1 takes pods, so that both schedulers come to the same end. */
export const nodes: readonly Step[] = [
  ...plain('version', 'get nodes', 'get nodes -o wide', 'get node worker-1 -o jsonpath={.spec.taints}'),
  // The node controller looks every five seconds.
  { command: 'describe node worker-1', until: /RegisteredNode/ },
  { command: 'create namespace nodes' },
  { command: 'create -f -', stdin: manifest(pinned) },
  { command: `get pods ${NS}`, until: /Running/ },
  ...plain(
    'drain worker-3',
    'drain worker-3 --force --dry-run=server',
    'drain worker-3 --force',
    'drain worker-3 --force',
    'get nodes',
    'get node worker-3 -o jsonpath={.spec}',
    'uncordon worker-3',
    'uncordon worker-3',
    'cordon worker-3',
    'cordon worker-2',
    'cordon worker-2',
    'cordon nope',
    'drain nope',
    'taint node worker-2 reserved=yes:NoExecute',
    'taint node worker-2 reserved=yes:NoExecute',
    'taint node worker-2 reserved:NoExecute-',
    'label node worker-2 disk=fast',
    'label node worker-2 disk-',
    'get nodes -l kubernetes.io/hostname=worker-2 --show-labels',
    'get pods -A --field-selector=spec.nodeName=worker-3',
    'delete namespace nodes',
    'get namespace nodes',
    'top nodes',
    'top pods',
    'get --raw /healthz',
    'get --raw /livez',
    'get --raw /readyz',
    'get --raw /nope',
    'get --raw /apis/nope.example/v1',
    'cluster-info',
    'api-versions',
    'api-resources --api-group=apps -o wide',
    'api-resources --api-group= --namespaced=false -o name',
    'explain deploy.spec.strategy',
    'explain pod.spec.nope',
  ),
];
