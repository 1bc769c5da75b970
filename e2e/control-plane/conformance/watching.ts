import { manifest, plain, unordered, type Step } from './step.ts';

const NS = '-n watched';

const teller = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'teller', namespace: 'watched' },
  spec: {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'app',
        image: 'nginx:1.28-alpine',
        command: ['sh', '-c', 'echo one; sleep 6; echo two; exit 3'],
      },
    ],
  },
};

/** Commands that go on: ended by kubectl itself, or by us after the line they are about. */
export const watching: readonly Step[] = [
  ...plain(
    'create namespace watched',
    `create cm first ${NS} --from-literal=a=b`,
    `create deployment app ${NS} --image=nginx:1.28-alpine`,
    `wait deploy/app ${NS} --for=condition=Available --timeout=60s`,
    `wait deploy/app ${NS} --for=jsonpath='{.status.readyReplicas}'=1 --timeout=60s`,
    `wait deploy/app ${NS} --for=jsonpath='{.status.nope}'=1 --timeout=1s`,
    `wait cm/first ${NS} --for=create --timeout=5s`,
    `wait pods -l app=app ${NS} --for=condition=Ready --timeout=60s`,
    `wait pods -l app=nothing ${NS} --for=condition=Ready --timeout=1s`,
  ),
  {
    command: `get cm ${NS} -w`,
    during: [`create cm second ${NS} --from-literal=a=b`, `delete cm second ${NS}`],
    ends: /(second .*\n[^]*){2}/,
  },
  {
    command: `get cm ${NS} -w --output-watch-events`,
    during: [
      `create cm second ${NS} --from-literal=a=b`,
      `patch cm second ${NS} --type=merge -p '{"data":{"c":"d"}}'`,
      `delete cm second ${NS}`,
    ],
    ends: /DELETED +second/,
  },
  { command: `get cm ${NS} --watch-only -o name --request-timeout=2s` },
  { command: `scale deploy app ${NS} --replicas=2` },
  {
    command: `get events ${NS} --watch --field-selector=reason=ScalingReplicaSet`,
    during: [`scale deploy app ${NS} --replicas=1`],
    ends: /from 2 to 1/,
    unordered: true,
  },
  {
    command: `events ${NS} --for deploy/app --watch`,
    during: [`scale deploy app ${NS} --replicas=0`],
    ends: /from 1 to 0/,
    unordered: true,
  },
  { command: 'create -f -', stdin: manifest(teller) },
  { command: `get pod teller ${NS}`, until: /Running|Error/ },
  ...plain(
    `logs teller ${NS} -f`,
    `logs teller ${NS}`,
    `logs teller ${NS} --tail=1`,
    `logs teller ${NS} --limit-bytes=5`,
    `logs teller ${NS} --timestamps`,
    `logs teller ${NS} --since=1h`,
    `logs teller ${NS} --since-time=2020-01-01T00:00:00Z`,
    `logs teller ${NS} --prefix`,
    `logs teller ${NS} --all-containers`,
    `logs teller ${NS} -p`,
    `wait pod/teller ${NS} --for=jsonpath='{.status.phase}'=Failed --timeout=30s`,
    `get pod teller ${NS}`,
    `scale deploy app ${NS} --replicas=2`,
    `rollout status deploy/app ${NS}`,
    `logs deploy/app ${NS} --tail=0`,
  ),
  ...unordered(
    `logs -l app=app ${NS} --tail=0 --prefix`,
    `logs deploy/app ${NS} --all-pods --tail=0`,
    `events ${NS} --types=Warning`,
    `get events.events.k8s.io ${NS} --field-selector=reason=ScalingReplicaSet`,
    `get events.events.k8s.io ${NS} --field-selector=regarding.kind=Deployment -o custom-columns=R:.reason,N:.note,K:.regarding.kind`,
  ),
  ...plain(
    `get pods ${NS} -l app=app --chunk-size=1`,
    `get pods ${NS} -l app=app --no-headers`,
    `get pods ${NS} -l app=app -o custom-columns=P:.status.phase,C:.spec.containers[*].name,N:.nope`,
    `get pods ${NS} -l app=app -o custom-columns=P:.status.phase --no-headers`,
    `get pods ${NS} -l app=app -o jsonpath='{range .items[*]}{.status.phase}{"\\n"}{end}'`,
    `get pods ${NS} -l app=app -o go-template='{{range .items}}{{.status.phase}} {{end}}'`,
    `get deploy app ${NS} -o go-template='{{.nope.nope}}'`,
    `get deploy app ${NS} -o jsonpath='{.nope'`,
    `get deploy,rs,cm ${NS} -o name`,
    `get deploy app cm/first ${NS}`,
    `get deploy app ${NS} --show-kind`,
    `get deploy ${NS} -L app,nope`,
    `get pods ${NS} -l app=app --sort-by='{.nope}'`,
    `get pods ${NS} -l 'app in (app,other),app notin (x)' --no-headers`,
    `get pods -A -l app=app`,
    `get deploy app ${NS} -o json`,
    `get endpointslices ${NS} -o wide`,
    `describe cm first ${NS}`,
    `describe ns watched`,
    `describe sa default ${NS}`,
    `get sa default ${NS} -o yaml`,
    `get cm kube-root-ca.crt ${NS} -o jsonpath={.metadata.annotations}`,
    `get ns watched -o json`,
  ),
];
