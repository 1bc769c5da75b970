import type { ActionSpec } from '#lib/contract/shared.ts';
import { revisionTemplate } from '#lib/kube/to-model/controller-revision.ts';
import { asTextMap, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { FieldChange, Revision } from '#lib/model/revision.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';
import { templateDiff } from '#lib/rollout/template-diff.ts';
import { rollbackEffect, setImageEffect } from './effect-sentence.ts';
import { annotationPatch, CHANGE_CAUSE, INTENT } from './annotation-patch.ts';
import type { JsonPatch, PatchOperation } from './json-patch.ts';
import { actionTitle } from './kubectl-command.ts';

export type PlanInput = {
  /** The workload as a GET just gave it; the patch is built from these bytes. */
  readonly raw: Wire;
  /** The same object in our model. */
  readonly workload: RollingWorkload;
  readonly revisions: readonly Revision[];
  /** What keeps its templates, as a LIST just gave it. */
  readonly rawRecords: readonly Wire[];
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

/** The template the target's record keeps; nothing else moves. */
function rollbackPlan(
  input: PlanInput,
  action: Extract<ActionSpec, { type: 'rollback' }>,
): ActionPlan | undefined {
  const { workload, raw } = input;
  const target = input.revisions.find(({ number }) => number === action.toRevision);
  const source = input.rawRecords.find((each) => asWire(each['metadata'])['uid'] === target?.uid);
  const template = source && templateIn(workload, source);
  if (!target || !template) return undefined;
  const cause = input.reason.trim() || target.changeCause;
  const from = currentNumber(input);
  return {
    patch: [
      ...guards(raw),
      { op: 'replace', path: '/spec/template', value: template },
      ...annotationPatch(raw, { [CHANGE_CAUSE]: cause, ...intent(input) }),
    ],
    title: actionTitle(workload.meta, action, from),
    effect: rollbackEffect(workload, { from, target }),
    confirmLabel: `Roll back to ${action.toRevision}`,
    changes: templateDiff(workload.template, target.template),
  };
}

/** A ReplicaSet's without the label its controller added, a ControllerRevision's without the directive of its patch. */
const templateIn = ({ kind }: RollingWorkload, record: Wire): Wire | undefined =>
  kind === 'Deployment' ? withoutHash(asWire(asWire(record['spec'])['template'])) : revisionTemplate(record);

const currentNumber = ({ workload, revisions }: PlanInput): number | undefined =>
  workload.kind === 'Deployment'
    ? workload.revision || undefined
    : revisions.find(({ isCurrent }) => isCurrent)?.number;

/** One image of one container or init container. */
function setImagePlan(
  input: PlanInput,
  action: Extract<ActionSpec, { type: 'set-image' }>,
): ActionPlan | undefined {
  const { workload, raw } = input;
  const path = imagePath(raw, action.container);
  const container = workload.template.containers.find(({ name }) => name === action.container);
  if (path === undefined || !container) return undefined;
  const list = container.role === 'app' ? 'containers' : 'initContainers';
  const cause = input.reason.trim() || `set image ${action.container}=${action.image}`;
  return {
    patch: [
      ...guards(raw),
      { op: 'replace', path, value: action.image },
      ...annotationPatch(raw, { [CHANGE_CAUSE]: cause, ...intent(input) }),
    ],
    title: actionTitle(workload.meta, action),
    effect: setImageEffect(workload, { from: currentNumber(input), image: action.image }),
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
