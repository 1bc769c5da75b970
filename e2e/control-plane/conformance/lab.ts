import { rights } from './rights.ts';
import { config, redis, service, typo, web, WEB } from './lab-manifests.ts';
import { manifest, plain, type Step } from './step.ts';

const NS = '-n lab30';

const setUp: readonly Step[] = [
  ...plain('create namespace lab30', 'get ns lab30 -o yaml'),
  {
    command: 'apply -f -',
    stdin: manifest(config, service, redis(), web(`${WEB}:0.2.1`)),
  },
  ...plain(`rollout status deploy/lab30-web ${NS}`, `rollout status deploy/lab30-redis ${NS}`),
  { command: 'apply -f -', stdin: manifest(config, service, redis(), web(`${WEB}:0.2.1`)) },
];

const reading: readonly Step[] = [
  // Past the start lines, whose number is all that differs in time.
  { command: `logs {newest app=lab30-web} ${NS} --tail=3`, until: /^(.*200 OK\n){3}$/ },
  ...plain(
    `get pods ${NS}`,
    `get pods ${NS} -o wide`,
    `get all ${NS}`,
    `get deploy ${NS} -o wide`,
    `get rs ${NS} -o wide`,
    `get svc,cm,sa,secret ${NS}`,
    `get endpointslices ${NS}`,
    `get deploy lab30-web ${NS} -o yaml`,
    `get rs ${NS} -l app=lab30-web -o yaml`,
    `get pods ${NS} -l app=lab30-web -o yaml`,
    `get svc lab30-web ${NS} -o yaml`,
    `get pods ${NS} -o name`,
    `get pods ${NS} -o jsonpath={.items[*].status.phase}`,
    `get pods ${NS} -o custom-columns=N:.metadata.labels.app,P:.status.phase,R:.status.containerStatuses[*].restartCount`,
    `get pods ${NS} --field-selector=status.phase=Running`,
    `get pods ${NS} --field-selector=spec.foo=bar`,
    `get pods ${NS} -l app`,
    `get pods ${NS} -l !app`,
    `get pods ${NS} -l app=((`,
    `get pods ${NS} --sort-by=.metadata.labels.app`,
    `get pods ${NS} --show-labels`,
    `get pods nope ${NS}`,
    `get pods -n nope`,
    'get nothing',
    `describe deploy lab30-web ${NS}`,
    `describe rs -l app=lab30-web ${NS}`,
    `describe svc lab30-web ${NS}`,
    `logs {newest app=lab30-web} ${NS} -c nope`,
    `logs {newest app=lab30-web} ${NS} --previous`,
    `logs nope ${NS}`,
    `logs {newest app=lab30-web} ${NS} --tail=-3`,
    `wait deploy/lab30-web ${NS} --for=condition=Available --timeout=10s`,
    `wait deploy/lab30-web ${NS} --for=condition=Nope --timeout=1s`,
    'auth whoami',
    `auth can-i list pods ${NS}`,
    `auth can-i list pods ${NS} --as=dev --as-group=developers`,
    'cluster-info',
  ),
  // Events of the same second, and probes that meet in one line of time, come in either order.
  { command: `describe pod {newest app=lab30-web} ${NS}`, unordered: true },
  { command: `logs deploy/lab30-web ${NS} --tail=2 -c web`, unordered: true },
  { command: `get events ${NS}`, unordered: true },
  { command: `events --for deploy/lab30-web ${NS}`, unordered: true },
];

const badImage: readonly Step[] = [
  { command: `diff -f -`, stdin: manifest(web(`${WEB}:does-not-exist`)) },
  { command: `apply -f - --dry-run=server`, stdin: manifest(web(`${WEB}:does-not-exist`)) },
  { command: `apply -f -`, stdin: typo },
  { command: `apply -f -`, stdin: manifest(web(`${WEB}:does-not-exist`)) },
  { command: `get pods ${NS}`, until: /ImagePullBackOff/, unordered: true },
  { command: `get rs ${NS}`, unordered: true },
  ...plain(
    `rollout status deploy/lab30-web ${NS} --timeout=2s`,
    `describe deploy lab30-web ${NS}`,
    `get deploy lab30-web ${NS} -o yaml`,
    `logs {newest app=lab30-web} ${NS}`,
    `rollout history deploy/lab30-web ${NS}`,
    `rollout history deploy/lab30-web ${NS} --revision=2`,
  ),
  {
    command: `describe pod {newest app=lab30-web} ${NS}`,
    until: /Reason: +ImagePullBackOff/,
    unordered: true,
  },
  { command: `events --for pod/{newest app=lab30-web} ${NS}`, unordered: true },
  ...plain(
    `set image deploy/lab30-web ${NS} web=${WEB}:0.3.0`,
    `rollout status deploy/lab30-web ${NS}`,
    `rollout history deploy/lab30-web ${NS}`,
  ),
];

const badArgs: readonly Step[] = [
  { command: `apply -f -`, stdin: manifest(redis('9090')) },
  { command: `get pods ${NS} -l app=lab30-redis`, until: /CrashLoopBackOff +2/ },
  { command: `describe pod {newest app=lab30-redis} ${NS}`, unordered: true },
  ...plain(
    `get pods {newest app=lab30-redis} ${NS} -o yaml`,
    `logs {newest app=lab30-redis} ${NS}`,
    `logs {newest app=lab30-redis} ${NS} --previous`,
    `rollout history deploy/lab30-redis ${NS}`,
    `rollout undo deploy/lab30-redis ${NS}`,
    `rollout status deploy/lab30-redis ${NS}`,
    `rollout history deploy/lab30-redis ${NS}`,
    `rollout undo deploy/lab30-redis ${NS} --to-revision=77`,
    `get rs ${NS} -l app=lab30-redis`,
  ),
];

const rollouts: readonly Step[] = plain(
  `scale deploy/lab30-redis ${NS} --replicas=2`,
  `rollout status deploy/lab30-redis ${NS}`,
  `scale deploy/lab30-redis ${NS} --current-replicas=7 --replicas=1`,
  `scale deploy/lab30-redis ${NS} --current-replicas=2 --replicas=1`,
  `rollout pause deploy/lab30-redis ${NS}`,
  `rollout pause deploy/lab30-redis ${NS}`,
  `rollout restart deploy/lab30-redis ${NS}`,
  `rollout undo deploy/lab30-redis ${NS}`,
  `rollout resume deploy/lab30-redis ${NS}`,
  `rollout resume deploy/lab30-redis ${NS}`,
  `rollout restart deploy/lab30-web ${NS}`,
  `rollout status deploy/lab30-web ${NS}`,
  `rollout undo deploy/lab30-web ${NS} --to-revision=1`,
  `rollout status deploy/lab30-web ${NS}`,
  `rollout history deploy/lab30-web ${NS}`,
  `rollout undo deploy/lab30-web ${NS} --dry-run=server`,
  `rollout restart deploy ${NS} -l tier=nothing`,
  `set env deploy/lab30-redis ${NS} A=b`,
  `set env deploy/lab30-redis ${NS} --list`,
  `set env deploy/lab30-redis ${NS} A-`,
  `set resources deploy/lab30-redis ${NS} --limits=memory=64Mi`,
  `set serviceaccount deploy/lab30-redis ${NS} default`,
  `set selector svc/lab30-web ${NS} app=lab30-web,tier=frontend`,
  `rollout status deploy/lab30-redis ${NS}`,
);

/** The story of the lab: it runs, gets an image nobody pushed, gets wrong arguments, is put right. */
export const lab: readonly Step[] = [...setUp, ...reading, ...badImage, ...badArgs, ...rollouts, ...rights];
