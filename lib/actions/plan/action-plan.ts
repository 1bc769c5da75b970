import type { ActionSpec } from '#lib/contract/shared.ts';
import { asTextMap, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { FieldChange, Revision } from '#lib/model/revision.ts';
import type { Deployment } from '#lib/model/workload.ts';
import { templateDiff } from '#lib/rollout/template-diff.ts';
import { annotationPatch, CHANGE_CAUSE, INTENT } from './annotation-patch.ts';
import type { JsonPatch, PatchOperation } from './json-patch.ts';
import { actionTitle } from './kubectl-command.ts';

export type PlanInput = {
  /** The Deployment as a GET just gave it; the patch is built from these bytes. */
  readonly raw: Wire;
  /** The same object in our model. */
  readonly deployment: Deployment;
  readonly revisions: readonly Revision[];
  /** ReplicaSets of the Deployment as a LIST just gave them. */
  readonly rawReplicaSets: readonly Wire[];
  /** Kept as change-cause. */
  readonly reason: string;
  readonly intentId?: string;
};

export type ActionPlan = {
  readonly patch: JsonPatch;
  readonly title: string;
  readonly effect: string;
  readonly confirmLabel: string;
  readonly changes: readonly FieldChange[];
};

/**
 * What to send. The patch opens with `test` on uid and template: it does nothing to a re-created object, nor to
 * one whose template somebody changed since. Not resourceVersion (a crashing workload's status bumps it all the
 * time), not generation (an autoscaler bumps it). `undefined` when the target is gone; refusals say so.
 */
export function actionPlan(input: PlanInput, action: ActionSpec): ActionPlan | undefined {
  return action.type === 'rollback' ? rollbackPlan(input, action) : setImagePlan(input, action);
}

/** Template of the target revision's ReplicaSet without the label its controller added; nothing else moves. */
function rollbackPlan(
  input: PlanInput,
  action: Extract<ActionSpec, { type: 'rollback' }>,
): ActionPlan | undefined {
  const { deployment, raw } = input;
  const target = input.revisions.find(({ number }) => number === action.toRevision);
  const source = input.rawReplicaSets.find((rs) => asWire(rs['metadata'])['uid'] === target?.uid);
  if (!target || !source) return undefined;
  const cause = input.reason.trim() || target.changeCause;
  return {
    patch: [
      ...guards(raw),
      {
        op: 'replace',
        path: '/spec/template',
        value: withoutHash(asWire(asWire(source['spec'])['template'])),
      },
      ...annotationPatch(raw, { [CHANGE_CAUSE]: cause, ...intent(input) }),
    ],
    title: actionTitle(deployment.meta, action, deployment.revision),
    effect: `The pods of revision ${deployment.revision} are replaced by pods with the template of revision ${action.toRevision} (${target.kind} ${target.name}). Replicas and strategy stay; contents of ConfigMaps and Secrets are not part of a revision.`,
    confirmLabel: `Roll back to ${action.toRevision}`,
    changes: templateDiff(deployment.template, target.template),
  };
}

/** One image of one container or init container. */
function setImagePlan(
  input: PlanInput,
  action: Extract<ActionSpec, { type: 'set-image' }>,
): ActionPlan | undefined {
  const { deployment, raw } = input;
  const path = imagePath(raw, action.container);
  const container = deployment.template.containers.find(({ name }) => name === action.container);
  if (path === undefined || !container) return undefined;
  const list = container.role === 'app' ? 'containers' : 'initContainers';
  const cause = input.reason.trim() || `set image ${action.container}=${action.image}`;
  return {
    patch: [
      ...guards(raw),
      { op: 'replace', path, value: action.image },
      ...annotationPatch(raw, { [CHANGE_CAUSE]: cause, ...intent(input) }),
    ],
    title: actionTitle(deployment.meta, action),
    effect: `A new revision with ${action.image} replaces the pods of revision ${deployment.revision}.`,
    confirmLabel: 'Set image',
    changes: [{ path: `${list}[${action.container}].image`, before: container.image, after: action.image }],
  };
}

const intent = ({ intentId }: PlanInput) => (intentId === undefined ? {} : { [INTENT]: intentId });

function guards(raw: Wire): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: asWire(raw['metadata'])['uid'] },
    { op: 'test', path: '/spec/template', value: asWire(raw['spec'])['template'] },
  ];
}

function withoutHash(template: Wire): Wire {
  const metadata = asWire(template['metadata']);
  const { 'pod-template-hash': _added, ...labels } = asTextMap(metadata['labels']);
  return { ...template, metadata: { ...metadata, labels } };
}

/** Positions are safe in the patch: the test on the template fails when somebody reordered the list. */
function imagePath(raw: Wire, name: string): string | undefined {
  const spec = asWire(asWire(asWire(raw['spec'])['template'])['spec']);
  for (const list of ['containers', 'initContainers']) {
    const index = asWires(spec[list]).findIndex((container) => container['name'] === name);
    if (index >= 0) return `/spec/template/spec/${list}/${index}/image`;
  }
  return undefined;
}
