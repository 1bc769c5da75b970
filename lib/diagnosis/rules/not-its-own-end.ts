import { changeEvidence, containerEvents, eventEvidence, exitEvidence } from '#lib/diagnosis/evidence.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { isOfThisRun } from '#lib/diagnosis/run-window.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const lookAtNode = ({ pod }: ContainerInput) => [
  {
    title: 'Look at the node',
    commands: pod.nodeName
      ? [
          `kubectl describe node ${shellWord(pod.nodeName)}`,
          `kubectl get pods -A -o wide --field-selector spec.nodeName=${shellWord(pod.nodeName)}`,
        ]
      : [],
  },
];

/**
 * The kubelet or the runtime lost the container: its exit code was made up (137 or 255) and says nothing about the app.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kubelet_pods.go (ContainerReasonStatusUnknown)
 */
export const containerStatusUnknown: ContainerRule = (input) => {
  const { exit, spec } = input.container;
  const isLost =
    exit?.reason === 'ContainerStatusUnknown' || (exit?.reason === 'Unknown' && exit.exitCode === 255);
  if (!exit || !isLost) return undefined;
  const node = input.pod.nodeName ?? 'its node';
  return finding({
    causeId: 'container-status-unknown',
    certainty: 'proven',
    title: 'The node lost the container',
    sentence: `${node} lost ${spec.name}, as it does when it restarts; the exit code ${exit.exitCode} is not that of the app.`,
    raw: exit.message,
    container: spec.name,
    evidence: exitEvidence(input.container),
    remedies: lookAtNode(input),
  });
};

/** Somebody changed the running pod (image, or resources that cannot be resized in place): no crash at all. */
export const definitionChanged: ContainerRule = (input) => {
  const { exit, spec } = input.container;
  const event = containerEvents(input, 'Killing').find(({ message }) => /definition changed/i.test(message));
  if (!exit || !event || !isOfThisRun(event, exit, input.pod.template.terminationGracePeriodSeconds * 1000))
    return undefined;
  return finding({
    causeId: 'definition-changed-restart',
    certainty: 'proven',
    title: 'Restarted: the pod was changed',
    sentence: `Somebody changed ${spec.name} in the running pod, so the kubelet restarted it; it did not crash.`,
    raw: event.message,
    container: spec.name,
    evidence: [
      eventEvidence(event),
      ...exitEvidence(input.container),
      ...input.changes.slice(0, 5).map(changeEvidence),
    ],
    remedies: [],
  });
};

/** A sandbox is made again after a reboot too; this often it is the node that keeps taking it away. */
const LOOP = 3;

/** The sandbox changes again and again, and the containers go with it: kubelet and runtime disagree on cgroups. */
export const sandboxKeepsChanging: ContainerRule = (input) => {
  const { exit, spec } = input.container;
  const event = containerEvents(input, 'SandboxChanged')[0];
  if (!exit || exit.reason === 'OOMKilled' || !event || event.count < LOOP) return undefined;
  return finding({
    causeId: 'node-cgroup-driver-mismatch',
    certainty: 'possible',
    title: 'The node keeps taking the sandbox away',
    sentence: `${spec.name} ends each time its sandbox is taken away, ${event.count} times so far: kubelet and runtime may use different cgroup drivers.`,
    raw: event.message,
    container: spec.name,
    evidence: [eventEvidence(event), ...exitEvidence(input.container)],
    candidates: [
      {
        causeId: 'cni-plugin-failed',
        sentence: 'The network plugin may take the sandbox down after it was made.',
        check:
          'See whether other pods of the node restart as well; compare cgroupDriver of kubelet and runtime.',
      },
      {
        causeId: 'app-error-exit',
        sentence: 'The app may end by itself.',
        check: 'Read its log.',
      },
    ],
    remedies: lookAtNode(input),
  });
};
