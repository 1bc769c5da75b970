import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/**
 * All containers are ready, and a condition somebody else has to set is not: mostly a load balancer's controller that
 * has not seen the pod as a healthy target.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate
 */
export const readinessGateNotReady: PodRule = ({ pod }) => {
  if (!pod || pod.readinessGates.length === 0) return undefined;
  const of = (type: string) => pod.conditions.find((condition) => condition.type === type);
  const ready = of('Ready');
  if (of('ContainersReady')?.status !== 'True' || ready?.status === 'True') return undefined;
  const missing = pod.readinessGates.filter((gate) => of(gate)?.status !== 'True');
  if (missing.length === 0) return undefined;
  const gates = listText(missing);
  return finding({
    causeId: 'readiness-gate-not-ready',
    certainty: 'proven',
    title: [`Readiness gate ${gates} not set`, 'A readiness gate is not set'],
    sentence: `All containers are ready; the pod is not, because the readiness gate ${gates} is not True.`,
    raw: ready?.message,
    evidence: [
      fieldEvidence('spec.readinessGates', pod.readinessGates.join(', ')),
      ...missing.map((gate) => {
        const condition = of(gate);
        const text = condition
          ? `${condition.status}, ${condition.reason}: ${condition.message}`
          : 'nobody has set it';
        return fieldEvidence(`status.conditions[${gate}]`, text);
      }),
    ],
    remedies: [
      {
        title: 'Look at the controller that sets the gate (often that of a load balancer)',
        commands: [
          `kubectl describe pod ${shellWord(pod.meta.name)} -n ${shellWord(pod.meta.namespace)}`,
          `kubectl get service,ingress -n ${shellWord(pod.meta.namespace)}`,
        ],
      },
    ],
  });
};
