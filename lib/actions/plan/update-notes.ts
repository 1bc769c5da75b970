import type { z } from 'zod';
import type { CheckSchema } from '#lib/contract/actions.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { DaemonSet, RollingWorkload, StatefulSet } from '#lib/model/workload.ts';
import { revisionOfPod } from '#lib/rollout/pod-revision.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { wayToCurrent } from '#lib/rollout/way-to-current.ts';

type Check = z.infer<typeof CheckSchema>;

/** What the new template does not reach by itself. */
export type UpdateNotes = {
  readonly checks: readonly Check[];
  /** What is left to do by hand. */
  readonly afterwards?: { readonly text: string; readonly commands: readonly string[] };
};

export type UpdateInput = {
  readonly workload: RollingWorkload;
  readonly revisions: readonly Revision[];
  /** The pods it controls; undefined: they could not be read, or there are too many to ask. */
  readonly pods?: readonly Pod[];
  /** The revision all pods are to have; undefined: one that is not there yet. */
  readonly target?: Revision;
};

const name = 'Update';
const note = (sentence: string): Check => ({ result: 'note', name, sentence });

/**
 * A StatefulSet or DaemonSet may keep its pods although its template changed: by its strategy, by a partition, or because it waits
 * for a broken pod of the old revision.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export function updateNotes(input: UpdateInput): UpdateNotes {
  const { workload } = input;
  if (workload.kind === 'Deployment') return { checks: [] };
  if (workload.strategy === 'OnDelete') return onDelete(workload, input);
  return workload.kind === 'StatefulSet' ? inOrder(workload, input) : { checks: [] };
}

function onDelete({ meta }: StatefulSet | DaemonSet, input: UpdateInput): UpdateNotes {
  const by = note(
    'The update strategy is OnDelete: no pod changes by itself. Each one gets the new template when it is deleted.',
  );
  const left = input.pods?.filter((pod) => !isOf(pod, input)) ?? [];
  const commands = left.map(deletion);
  return {
    checks: [by],
    afterwards: {
      text: 'Then delete its pods, one after the other, and wait for each new one to become ready:',
      commands:
        commands.length > 0
          ? commands
          : [`kubectl get pods -n ${shellWord(meta.namespace)} -L controller-revision-hash`],
    },
  };
}

function inOrder(set: StatefulSet, input: UpdateInput): UpdateNotes {
  const { desired } = set.replicas;
  const { partition, firstOrdinal, meta } = set;
  const kept = Math.min(partition, desired);
  const checks =
    kept === 0
      ? []
      : [
          note(
            kept === desired
              ? `The partition is ${partition}: no pod gets the new template.`
              : `The partition is ${partition}: ${kept === 1 ? `${meta.name}-${firstOrdinal} stays` : `${meta.name}-${firstOrdinal} to ${meta.name}-${firstOrdinal + kept - 1} stay`} as before.`,
          ),
        ];
  if (!set.isOrdered) return { checks };
  if (!input.pods) {
    const sentence =
      'Its pods could not be read. One that is not ready holds the update up until it is ready or deleted.';
    return { checks: [...checks, { result: 'unknown', name, sentence }] };
  }
  const unready = input.pods.filter((pod) => wayToCurrent(set, pod) === 'delete');
  const stuck = unready.filter((pod) => !isOf(pod, input));
  if (stuck.length === 0) return { checks };
  const names = stuck.map(({ meta }) => meta.name).join(', ');
  return {
    checks: [
      ...checks,
      note(
        `${names} ${stuck.length === 1 ? 'is' : 'are'} not ready, and the update waits for ${stuck.length === 1 ? 'it' : 'them'}: the controller replaces nothing before.`,
      ),
    ],
    afterwards: {
      text: `Then delete what does not become ready; the new ${stuck.length === 1 ? 'one is' : 'ones are'} made from the new template:`,
      commands: stuck.map(deletion),
    },
  };
}

const isOf = (pod: Pod, { target, revisions }: UpdateInput): boolean =>
  target !== undefined && revisionOfPod(pod, revisions)?.uid === target.uid;

const deletion = ({ meta }: Pod): string =>
  `kubectl delete pod ${shellWord(meta.name)} -n ${shellWord(meta.namespace)}`;
