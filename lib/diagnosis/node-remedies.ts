import type { KubeNode } from '#lib/model/node.ts';
import type { Remedy } from '#lib/model/finding.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { commandRemedy } from './remedies.ts';

type NodeCause =
  | 'node-kubelet-stopped'
  | 'node-network-not-ready'
  | 'node-runtime-unhealthy'
  | 'node-disk-pressure'
  | 'node-memory-pressure';

/** What somebody can do about a node, with its real names; what is done on the machine itself is told as commands too. */
export function nodeRemedies(node: KubeNode, causeId: NodeCause): Remedy[] {
  const name = shellWord(node.meta.name);
  return [
    commandRemedy('Look at the node', [`kubectl describe node ${name}`]),
    ...OF_CAUSE[causeId](node, name),
    ...(node.unschedulable
      ? [commandRemedy('It is cordoned: let pods come again once it is well', [`kubectl uncordon ${name}`])]
      : []),
  ];
}

const OF_CAUSE: Readonly<Record<NodeCause, (node: KubeNode, name: string) => Remedy[]>> = {
  'node-kubelet-stopped': (node, name) => [
    commandRemedy(
      'See when its kubelet was last heard of',
      [`kubectl get lease ${name} -n kube-node-lease -o jsonpath='{.spec.renewTime}'`],
      'A kubelet that lives renews it every 10 s.',
    ),
    commandRemedy(
      'Is the machine up? Then restart its kubelet',
      [`ssh ${name} 'journalctl -u kubelet --since -15min | tail -50; sudo systemctl restart kubelet'`],
      node.providerId === '' ? undefined : `Its provider knows the machine as ${node.providerId}.`,
    ),
    commandRemedy(
      'The machine is gone for good: only then let its pods and volumes go',
      [
        `kubectl taint node ${name} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
        `kubectl delete node ${name}`,
      ],
      'While it may still run, its StatefulSets would run twice on the same data.',
    ),
  ],
  'node-network-not-ready': (node, name) => [
    commandRemedy('Look at the pods of the network plugin on it', [
      `kubectl get pods -n kube-system -o wide --field-selector spec.nodeName=${name}`,
    ]),
    restartRuntime(node, name, 'The plugin runs and the node does not see it: restart the container runtime'),
  ],
  'node-runtime-unhealthy': (node, name) => [
    restartRuntime(node, name, 'Restart its container runtime; containers go on'),
    drain(name, 'Does it come back? Then empty the node and replace it'),
  ],
  'node-disk-pressure': (_node, name) => [
    commandRemedy('See what fills it', [
      `kubectl get --raw /api/v1/nodes/${name}/proxy/stats/summary`,
      `ssh ${name} 'df -h; sudo du -xsh /var/lib/containerd /var/lib/kubelet /var/log'`,
    ]),
    commandRemedy(
      'Make room: unused images, old logs',
      [`ssh ${name} 'sudo crictl rmi --prune; sudo journalctl --vacuum-size=500M'`],
      'The condition goes 5 min after the pressure is over, and then pods come again by themselves.',
    ),
    drain(name, 'Or empty the node and give it a larger disk'),
  ],
  'node-memory-pressure': (_node, name) => [
    commandRemedy('See who takes it', [
      `kubectl top pods -A --sort-by=memory`,
      `kubectl get pods -A -o wide --field-selector spec.nodeName=${name}`,
    ]),
    drain(name, 'Spread its pods: empty the node, then let pods come again'),
  ],
};

const restartRuntime = ({ containerRuntime }: KubeNode, name: string, title: string): Remedy =>
  commandRemedy(title, [
    `ssh ${name} 'sudo systemctl restart ${containerRuntime.startsWith('cri-o') ? 'crio' : 'containerd'}'`,
  ]);

const drain = (name: string, title: string): Remedy =>
  commandRemedy(
    title,
    [`kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data`, `kubectl uncordon ${name}`],
    'Data in emptyDir volumes is lost; PodDisruptionBudgets are kept. Uncordon it when it is well.',
  );
