import type { z } from 'zod';
import type { CheckSchema } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';
import { isConditionTrue } from '#lib/health/condition-of.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { managedBy } from '#lib/rollout/managed-by.ts';
import { revisionOfPod } from '#lib/rollout/pod-revision.ts';
import { type UpdateNotes, updateNotes } from './update-notes.ts';

type Check = z.infer<typeof CheckSchema>;
export type ActionNotes = {
  readonly checks: readonly Check[];
  readonly advice?: { readonly text: string; readonly command: string };
  readonly afterwards?: UpdateNotes['afterwards'];
};

export type NotesInput = {
  readonly workload: RollingWorkload;
  readonly revisions: readonly Revision[];
  /** As for `updateNotes`. */
  readonly pods?: readonly Pod[];
  /** Each pod has volumes of its own that outlive it. */
  readonly keepsVolumes: boolean;
};

/** What a person should know before confirming; nothing here forbids the action. */
export function actionNotes(input: NotesInput, action: ActionSpec): ActionNotes {
  const { workload, revisions, pods } = input;
  const manager = managedBy(workload.meta);
  const target =
    action.type === 'rollback' ? revisions.find(({ number }) => number === action.toRevision) : undefined;
  const update = updateNotes({ workload, revisions, pods, target });
  const { owner } = workload.meta;
  return {
    checks: [
      ...(action.type === 'rollback'
        ? targetChecks(target, action.toRevision, readyOf(target, input))
        : imageChecks(action.image)),
      ...update.checks,
      ...dataChecks(input, action, target),
      // Nothing scales a DaemonSet.
      ...(workload.kind === 'DaemonSet' ? [] : [AUTOSCALER]),
      ...(manager ? [{ result: 'note' as const, name: 'Managed by', sentence: manager.text }] : []),
      ...(owner
        ? [
            {
              result: 'note' as const,
              name: 'Owned by',
              sentence: `${owner.kind} ${owner.name} (${owner.apiVersion}) controls this object: its operator may write it again.`,
            },
          ]
        : []),
    ],
    ...(update.afterwards ? { afterwards: update.afterwards } : {}),
    ...(manager
      ? {
          advice: {
            text: `To make it stay, change it where ${manager.tool} takes it from, or:`,
            command: manager.command,
          },
        }
      : {}),
  };
}

const AUTOSCALER: Check = {
  result: 'unknown',
  name: 'Autoscaler',
  sentence: 'Autoscalers were not looked at; this action does not change replicas.',
};

/** Of a ReplicaSet its status tells; of a ControllerRevision its pods. */
function readyOf(target: Revision | undefined, { pods, revisions }: NotesInput): number | undefined {
  return target?.kind === 'ControllerRevision'
    ? pods?.filter(
        (pod) => isConditionTrue(pod, 'Ready') && revisionOfPod(pod, revisions)?.uid === target.uid,
      ).length
    : target?.ready;
}

/** What another version wrote to a volume stays there: going back in the program is not going back in its data. */
function dataChecks(
  { workload, keepsVolumes }: NotesInput,
  action: ActionSpec,
  target: Revision | undefined,
): Check[] {
  const before = workload.template.containers.map(({ image }) => image);
  const changesImage =
    action.type === 'set-image' || target?.images.some((image) => !before.includes(image)) === true;
  if (!keepsVolumes || !changesImage) return [];
  const sentence =
    'Its volumes stay as the present version left them; whether another version can read them is not known.';
  return [{ result: 'unknown', name: 'Data', sentence }];
}

function targetChecks(target: Revision | undefined, toRevision: number, ready: number | undefined): Check[] {
  if (!target)
    return [{ result: 'fail', name: 'Target', sentence: `Revision ${toRevision} is not in the history.` }];
  return [
    {
      result: 'pass',
      name: 'Target',
      sentence: `Revision ${toRevision} exists as ${target.kind} ${target.name}.`,
    },
    imageCheck(toRevision, ready),
  ];
}

function imageCheck(toRevision: number, ready: number | undefined): Check {
  const name = 'Image';
  if (ready !== undefined && ready > 0)
    return {
      result: 'pass',
      name,
      sentence: `${ready} of its pods ${ready === 1 ? 'is' : 'are'} ready now.`,
    };
  const seen =
    ready === undefined ? 'Its pods were not looked at' : `No pod of revision ${toRevision} is ready now`;
  return {
    result: 'unknown',
    name,
    sentence: `${seen}; whether its image can still be pulled is not known.`,
  };
}

function imageChecks(image: string): Check[] {
  const reference = parseImageReference(image);
  if (!reference) return [{ result: 'fail', name: 'Image', sentence: `"${image}" is not an image name.` }];
  const moving = reference.digest === undefined && reference.tag === 'latest';
  return moving
    ? [
        {
          result: 'note',
          name: 'Image',
          sentence: 'The tag latest can name another image tomorrow; an undo would not bring this one back.',
        },
      ]
    : [
        {
          result: 'unknown',
          name: 'Image',
          sentence: 'Whether the registry has this image shows when a node pulls it.',
        },
      ];
}
