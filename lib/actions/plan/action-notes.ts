import type { z } from 'zod';
import type { CheckSchema } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { Deployment } from '#lib/model/workload.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { managedBy } from '#lib/rollout/managed-by.ts';

type Check = z.infer<typeof CheckSchema>;
export type ActionNotes = {
  readonly checks: readonly Check[];
  readonly advice?: { readonly text: string; readonly command: string };
};

/** What a person should know before confirming; nothing here forbids the action. */
export function actionNotes(
  deployment: Deployment,
  revisions: readonly Revision[],
  action: ActionSpec,
): ActionNotes {
  const manager = managedBy(deployment.meta);
  return {
    checks: [
      ...(action.type === 'rollback'
        ? targetChecks(revisions, action.toRevision)
        : imageChecks(action.image)),
      {
        result: 'unknown',
        name: 'Autoscaler',
        sentence: 'Autoscalers were not looked at; this action does not change replicas.',
      },
      ...(manager ? [{ result: 'note' as const, name: 'Managed by', sentence: manager.text }] : []),
    ],
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

function targetChecks(revisions: readonly Revision[], toRevision: number): Check[] {
  const target = revisions.find(({ number }) => number === toRevision);
  if (!target)
    return [{ result: 'fail', name: 'Target', sentence: `Revision ${toRevision} is not in the history.` }];
  return [
    {
      result: 'pass',
      name: 'Target',
      sentence: `Revision ${toRevision} exists as ${target.kind} ${target.name}.`,
    },
    target.ready > 0
      ? {
          result: 'pass',
          name: 'Image',
          sentence: `${target.ready} of its pods ${target.ready === 1 ? 'is' : 'are'} ready now.`,
        }
      : {
          result: 'unknown',
          name: 'Image',
          sentence: `No pod of revision ${toRevision} runs now; whether its image can still be pulled is not known.`,
        },
  ];
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
