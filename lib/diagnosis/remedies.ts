import type { Remedy } from '#lib/model/finding.ts';
import { isRollingWorkload } from '#lib/model/workload.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { wayToCurrent } from '#lib/rollout/way-to-current.ts';
import type { ContainerSubject, DiagnosisInput } from './diagnosis-input.ts';

const COMMAND_KIND: Readonly<Record<string, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};

/** "deployment/web -n shop", for commands; a pod without a known controller is named itself. */
export function targetWords({ owner }: DiagnosisInput): string {
  const kind = COMMAND_KIND[owner.kind] ?? owner.kind.toLowerCase();
  return `${shellWord(`${kind}/${owner.name}`)} -n ${shellWord(owner.namespace)}`;
}

/** Whether the owner has a template that can be changed and rolled out. */
export const canRoll = ({ owner }: DiagnosisInput) => owner.kind in COMMAND_KIND;

/**
 * Undo to the last good revision, by number; nothing when none is known or the kind has no revisions. kubectl's undo without a
 * number is never proposed: it may lead back to the broken one.
 */
export function rollbackRemedy(input: DiagnosisInput): Remedy[] {
  const { lastGood, historyGap } = input;
  if (!canRoll(input)) return [];
  if (historyGap) return [historyRemedy(input)];
  if (!lastGood) return [];
  if (input.isUnreached || lastGood.revision.isCurrent)
    return lastGood.revision.isCurrent ? replaceRemedy(input) : [];
  const { number } = lastGood.revision;
  const proof = lastGood.proof === 'unproven' ? '; it is not proven to have worked.' : '.';
  const late = input.rolloutCompleted
    ? ' The current revision became available before it failed, so something else may have changed since.'
    : '';
  return [
    {
      title: `Roll back to revision ${number}`,
      detail: `Revision ${number} ${lastGood.because}${proof}${late}`,
      action: { type: 'rollback', toRevision: number },
      commands: [`kubectl rollout undo ${targetWords(input)} --to-revision=${number}`],
    },
  ];
}

const historyRemedy = (input: DiagnosisInput): Remedy => ({
  title: 'Look at its earlier revisions',
  detail: 'They could not be read from here.',
  commands: [`kubectl rollout history ${targetWords(input)}`],
});

/** Somebody rolled back already, or on, and the pod is still what it was. */
function replaceRemedy({ pod, workloads = [] }: DiagnosisInput): Remedy[] {
  const [workload] = workloads;
  if (!pod || !workload || !isRollingWorkload(workload) || wayToCurrent(workload, pod) !== 'delete')
    return [];
  const { name, namespace } = pod.meta;
  return [
    {
      title: `Delete ${name}: the new one is made from the current template`,
      commands: [`kubectl delete pod ${shellWord(name)} -n ${shellWord(namespace)}`],
    },
  ];
}

/** A Service that does not answer comes before the app that says so. */
export function serviceRemedy({ owner }: DiagnosisInput, service: string): Remedy {
  return {
    title: `Look at ${service} first`,
    commands: [`kubectl get service,endpointslice -n ${shellWord(owner.namespace)}`],
  };
}

/** Another image for this container; without `image` the reader fills it in. */
export function setImageRemedy(input: DiagnosisInput, container: ContainerSubject, image?: string): Remedy[] {
  if (!canRoll(input)) return [];
  const name = container.spec.name;
  return [
    {
      title: image ? `Set the image to ${image}` : 'Set another image',
      action: { type: 'set-image', container: name, ...(image ? { image } : {}) },
      commands: [`kubectl set image ${targetWords(input)} ${shellWord(`${name}=${image ?? 'IMAGE'}`)}`],
    },
  ];
}

export function commandRemedy(title: string, commands: readonly string[], detail?: string): Remedy {
  return { title, commands, ...(detail === undefined ? {} : { detail }) };
}

/** What only a person can write: the object in an editor; a pod without a known controller has no template to edit. */
export function editRemedy(input: DiagnosisInput, title: string): Remedy {
  return { title, commands: canRoll(input) ? [`kubectl edit ${targetWords(input)}`] : [] };
}

/** Image of this container in the last good revision, when it is another one. */
export function lastGoodImage({ lastGood }: DiagnosisInput, container: ContainerSubject): string | undefined {
  const image = lastGood?.revision.template.containers.find((c) => c.name === container.spec.name)?.image;
  return image === container.spec.image ? undefined : image;
}

/** `kubectl logs` of the instance that ended. */
export function previousLogCommand({ owner, pod }: DiagnosisInput, container: ContainerSubject): string {
  const name = pod?.meta.name ?? owner.name;
  return `kubectl logs ${shellWord(name)} -n ${shellWord(owner.namespace)} -c ${shellWord(container.spec.name)} --previous`;
}
