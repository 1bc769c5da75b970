import { manifest, plain, type Step } from './step.ts';

const NS = '-n desk';

const pod = (spec: object, metadata: object = {}) =>
  manifest({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bad', namespace: 'desk', ...metadata },
    spec,
  });
const container = { name: 'app', image: 'nginx:1.28-alpine' };
const deployment = (spec: object) =>
  manifest({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'bad', namespace: 'desk' }, spec });
const template = { metadata: { labels: { app: 'bad' } }, spec: { containers: [container] } };
const created = (stdin: string): Step => ({ command: 'create -f -', stdin });

/** What the API server says no to, each in its own words. */
export const refusals: readonly Step[] = [
  ...plain(
    'get nothing',
    'get nothing.example.com',
    `get pods nope ${NS}`,
    `get deploy nope nope2 ${NS}`,
    `get pods -n nope`,
    `get pods nope -n nope`,
    `get pods nope ${NS} --ignore-not-found`,
    `get pods ${NS} -l 'a=((' `,
    `get pods ${NS} -l 'a in b'`,
    `get pods ${NS} -l '-a=b'`,
    `get pods ${NS} --field-selector=spec.foo=bar`,
    `get pods ${NS} --field-selector=nonsense`,
    `get svc ${NS} --field-selector=status.phase=x`,
    `get cm ${NS} --field-selector=metadata.name=c`,
    `get cm ${NS} --field-selector=metadata.name!=c,metadata.namespace=desk -o name -l made!=here`,
    `get events ${NS} --field-selector=involvedObject.kind=Nothing`,
    `get secrets ${NS} --field-selector=type=kubernetes.io/tls`,
    `describe pod nope ${NS}`,
    `logs nope ${NS}`,
    `logs deploy/nope ${NS}`,
    `delete pod nope ${NS}`,
    `delete cm nope c ${NS} --dry-run=server`,
    `delete ns nope`,
    `delete nothing x`,
    `wait pod/nope ${NS} --for=delete --timeout=1s`,
    `wait deploy/made ${NS} --for=condition=Nope --timeout=1s`,
    `wait deploy/nope ${NS} --for=condition=Available --timeout=1s`,
    `expose deploy nope ${NS} --port=1`,
    `rollout history deploy/nope ${NS}`,
    `rollout undo deploy/made ${NS} --to-revision=77`,
    `rollout status pod/nope ${NS}`,
    `autoscale deploy nope ${NS} --max=2`,
    `run Bad_Name ${NS} --image=redis`,
    `run bad ${NS} --image=redis --labels='a b=c'`,
    `create cm 'bad name' ${NS}`,
    `create cm c -n nope`,
    `create secret generic bad ${NS} --from-literal='a b=c'`,
    `create sa default -n kube-nothing`,
    `create ns Bad_Name`,
    `get --raw /api/v1/namespaces/desk/pods?limit=x`,
    `get --raw /api/v1/namespaces/desk/pods?resourceVersion=x`,
    `get --raw /api/v1/namespaces/desk/pods?continue=x`,
    `get --raw /api/v1/namespaces/desk/pods/nope`,
    `get --raw /api/v1/namespaces/desk/nothing`,
    `get --raw /api/v1/namespaces/desk/configmaps/c/status`,
    `get --raw /api/v9/pods`,
    `delete --raw /api/v1/namespaces`,
  ),
  created(pod({})),
  created(pod({ containers: [{ image: 'redis' }] })),
  created(pod({ containers: [{ name: 'app' }] })),
  created(pod({ containers: [container, container] })),
  created(pod({ containers: [{ ...container, name: 'Bad_Name' }] })),
  created(pod({ containers: [{ ...container, ports: [{ containerPort: 70000 }] }] })),
  created(pod({ containers: [{ ...container, imagePullPolicy: 'Sometimes' }] })),
  created(
    pod({ containers: [{ ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] }),
  ),
  created(pod({ containers: [{ ...container, resources: { limits: { memory: 'much' } } }] })),
  created(pod({ containers: [{ ...container, env: [{ name: '', value: 'x' }] }] })),
  created(pod({ containers: [{ ...container, volumeMounts: [{ name: 'nope', mountPath: '/x' }] }] })),
  created(pod({ containers: [{ ...container, livenessProbe: { periodSeconds: -1 } }] })),
  created(pod({ containers: [container], restartPolicy: 'Sometimes' })),
  created(pod({ containers: [container], serviceAccountName: 'ghost' })),
  created(pod({ containers: [container] }, { labels: { 'a b': 'c' } })),
  created(pod({ containers: [container] }, { name: undefined })),
  created(pod({ containers: 'none' })),
  created(pod({ containers: [{ ...container, imagee: 'x' }], nope: 1 })),
  created(deployment({})),
  created(deployment({ selector: { matchLabels: { app: 'other' } }, template })),
  created(deployment({ replicas: -1, selector: { matchLabels: { app: 'bad' } }, template })),
  created(deployment({ replicas: 'one', selector: { matchLabels: { app: 'bad' } }, template })),
  created(
    deployment({
      selector: { matchLabels: { app: 'bad' } },
      template,
      strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
    }),
  ),
  created(
    deployment({
      selector: { matchLabels: { app: 'bad' } },
      template,
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
    }),
  ),
  created(manifest({ apiVersion: 'v1', kind: 'Nothing', metadata: { name: 'x' } })),
  created(manifest({ apiVersion: 'apps/v9', kind: 'Deployment', metadata: { name: 'x' } })),
  created(manifest({ kind: 'ConfigMap', metadata: { name: 'x' } })),
  created('{"apiVersion": "v1", '),
  created(''),
  created(
    manifest({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'bad', namespace: 'desk' },
      spec: { ports: [{ port: 0 }] },
    }),
  ),
  created(
    manifest({ apiVersion: 'v1', kind: 'Service', metadata: { name: '9bad', namespace: 'desk' }, spec: {} }),
  ),
  {
    command: 'create -f - -n lab30',
    stdin: manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'desk' } }),
  },
];
