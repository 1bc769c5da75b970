import { plain, type Step } from './step.ts';

const NS = '-n lab30';

/** Refusals in all their forms, and what is allowed; each user has a context. */
const asUser = (user: string): readonly Step[] => [
  { command: `--context cluster-${user} auth can-i --list ${NS}`, unordered: true },
  ...plain(
    ...[
      `get pods -A -l app=nothing`,
      `get pods ${NS} -o name -l app=nothing`,
      `get deploy lab30-web ${NS}`,
      `get secrets ${NS}`,
      `get secret nope ${NS}`,
      `get nodes`,
      `get events ${NS} --field-selector=reason=Nothing`,
      `get ns lab30`,
      `get roles ${NS}`,
      `create cm mine ${NS} --from-literal=a=b`,
      `delete pod nope ${NS}`,
      `delete pods --all ${NS}`,
      `patch deploy lab30-web ${NS} --dry-run=server -p '{"metadata":{"labels":{"seen":"yes"}}}'`,
      `scale deploy lab30-web ${NS} --replicas=1`,
      `annotate deploy lab30-web ${NS} note=x --dry-run=server`,
      `cordon worker-1`,
      `auth can-i patch deploy ${NS}`,
      `auth can-i get pods --subresource=log ${NS}`,
      `auth can-i '*' '*'`,
      `auth whoami`,
      `rollout restart deploy/lab30-web ${NS} --dry-run=server`,
      `logs deploy/lab30-web ${NS} --limit-bytes=20`,
      `get --raw /version --request-timeout=nonsense`,
      `get --raw /metrics`,
      `get pods ${NS} --as=admin`,
    ].map((command) => `--context cluster-${user} ${command}`),
  ),
];

export const rights: readonly Step[] = ['viewer', 'dev', 'nobody'].flatMap(asUser);
