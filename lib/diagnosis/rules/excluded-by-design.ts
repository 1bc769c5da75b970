import type { Remedy, Unchecked } from '#lib/model/finding.ts';
import type { KubeNode, Taint } from '#lib/model/node.ts';
import { untolerated } from '#lib/diagnosis/admitted-nodes.ts';
import { changeEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';
import { nodeTermsText } from '#lib/rollout/node-terms-text.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const PLACEMENT = /^(?:nodeSelector|nodeAffinity|tolerations)/;

/** All nodes are tainted against the pod. Since 1.35 the message does not name the taint, so the nodes are read. */
export const untoleratedTaint: PodRule = (input) => {
  const verdict = schedulingVerdict(input);
  if (!input.pod || verdict?.causeId !== 'untolerated-taint') return undefined;
  const { template } = input.pod;
  const tainted =
    verdict.held.length > 0
      ? verdict.held
      : input.nodes.filter((node) => untolerated(template, node).length > 0);
  const sick = conditionTaint(tainted.flatMap((node) => untolerated(template, node)));
  const named = verdict.main.text.includes('{');
  const isProven = verdict.isDecided && (named || (sick ? verdict.held : tainted).length > 0);
  const changes = input.changes.filter(({ path }) => PLACEMENT.test(path));
  return finding({
    causeId: named ? 'untolerated-taint' : (sick?.causeId ?? 'untolerated-taint'),
    // Without a name in the message the taints themselves are the proof.
    certainty: isProven ? 'proven' : sick || named ? 'likely' : 'possible',
    title: !named && sick ? sick.title : 'Pod does not tolerate the node taints',
    sentence: verdict.sentence,
    raw: verdict.raw,
    unchecked:
      named || input.nodes.length > 0 ? [] : [{ what: 'Taints of the nodes', permission: 'list nodes' }],
    evidence: [
      ...verdict.evidence,
      ...tainted.slice(0, 5).map((node) =>
        fieldEvidence(
          `nodes/${node.meta.name} spec.taints`,
          untolerated(template, node)
            .map(({ key, value, effect }) => `${key}=${value}:${effect}`)
            .join(', '),
        ),
      ),
      ...changes.map(changeEvidence),
    ],
    remedies: [
      ...(changes.length > 0 ? rollbackRemedy(input) : []),
      {
        title:
          !named && sick
            ? 'Look at the nodes: a toleration is no cure'
            : 'Add a toleration, if the pod belongs on these nodes',
        commands: ['kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'],
      },
    ],
  });
};

const CONDITION_TAINTS: Readonly<Record<string, { readonly causeId: string; readonly title: string }>> = {
  'node.kubernetes.io/disk-pressure': { causeId: 'node-disk-pressure', title: 'The nodes are short of disk' },
  'node.kubernetes.io/memory-pressure': {
    causeId: 'node-memory-pressure',
    title: 'The nodes are short of memory',
  },
  'node.kubernetes.io/not-ready': { causeId: 'node-unreachable', title: 'The nodes are not ready' },
  'node.kubernetes.io/unreachable': { causeId: 'node-unreachable', title: 'The nodes are not reachable' },
};

/** A taint the node's own condition put there: a toleration is the wrong cure. */
function conditionTaint(taints: readonly Taint[]) {
  return taints.map(meaningOf).find((found) => found !== undefined);
}

/** Watchdogs set taints of their own and name the condition in the key or in the value. */
function meaningOf({ key, value }: Taint) {
  const known = CONDITION_TAINTS[key];
  if (known) return known;
  const words = `${key} ${value}`;
  if (/disk-?pressure/i.test(words)) return CONDITION_TAINTS['node.kubernetes.io/disk-pressure'];
  return /memory-?pressure/i.test(words) ? CONDITION_TAINTS['node.kubernetes.io/memory-pressure'] : undefined;
}

/** No node carries the labels the pod asks for. */
export const nodeSelectorMismatch: PodRule = (input) => {
  const verdict = schedulingVerdict(input);
  if (!input.pod || verdict?.causeId !== 'node-selector-mismatch') return undefined;
  const selector = Object.entries(input.pod.template.nodeSelector);
  const unmet = selector.filter(
    ([key, value]) => !input.nodes.some(({ meta }) => meta.labels[key] === value),
  );
  const [first] = unmet;
  const { nodeTerms } = input.pod.template;
  const byAffinity = selector.length === 0 && nodeTerms.length > 0;
  const changes = input.changes.filter(({ path }) => PLACEMENT.test(path));
  return finding({
    causeId: 'node-selector-mismatch',
    certainty: verdict.isDecided ? 'proven' : 'likely',
    title: first
      ? [`No node has ${first[0]}=${first[1]}`, 'No node matches the selector']
      : 'No node matches the selector',
    sentence: first
      ? `No node has the label ${first[0]}=${first[1]} the pod asks for.`
      : byAffinity
        ? `No node has what the node affinity requires: ${nodeTermsText(nodeTerms)}.`
        : verdict.sentence,
    raw: verdict.raw,
    unchecked: unread(verdict.isDecided, input.nodes),
    evidence: [
      ...verdict.evidence,
      ...selector.map(([key, value]) => fieldEvidence(`spec.nodeSelector.${key}`, value)),
      ...(nodeTerms.length > 0
        ? [fieldEvidence('spec.affinity.nodeAffinity', nodeTermsText(nodeTerms))]
        : []),
      ...changes.map(changeEvidence),
    ],
    remedies: [
      ...(changes.length > 0 ? rollbackRemedy(input) : []),
      { title: 'Correct the node selector, or label a node', commands: ['kubectl get nodes --show-labels'] },
    ],
  });
};

export const nodeCordoned: PodRule = (input) => {
  const verdict = schedulingVerdict(input);
  if (verdict?.causeId !== 'node-cordoned') return undefined;
  const cordoned = (
    verdict.held.length > 0 ? verdict.held : input.nodes.filter(({ unschedulable }) => unschedulable)
  ).map(({ meta }) => meta.name);
  const uncordon: Remedy[] =
    cordoned.length > 0
      ? [
          {
            title: 'Uncordon a node',
            commands: cordoned.slice(0, 5).map((name) => `kubectl uncordon ${shellWord(name)}`),
          },
        ]
      : [];
  return finding({
    causeId: 'node-cordoned',
    certainty: verdict.isDecided ? 'proven' : 'likely',
    title: 'The nodes are cordoned',
    sentence: verdict.sentence,
    raw: verdict.raw,
    unchecked: unread(verdict.isDecided, input.nodes),
    evidence: [
      ...verdict.evidence,
      ...cordoned.slice(0, 5).map((name) => fieldEvidence(`nodes/${name} spec.unschedulable`, 'true')),
    ],
    remedies: uncordon,
  });
};

const unread = (isDecided: boolean, nodes: readonly KubeNode[]): Unchecked[] =>
  isDecided || nodes.length > 0
    ? []
    : [{ what: 'Which nodes the selector admits', permission: 'list nodes' }];
