import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { OwnerRef } from '#lib/model/object-meta.ts';
import type { ToModelContext } from './context.ts';
import { toMeta } from './meta.ts';
import { toPodTemplate } from './pod-template.ts';
import { asNumber, asWire, isWire, type Wire } from './wire.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** Only of the two controllers whose data is a template; KubeVirt and others keep whole objects of theirs here. */
export function toControllerRevision(object: Wire, context: ToModelContext): ControllerRevision {
  const meta = toMeta(object, context);
  const template = isOfSet(meta.owner) ? revisionTemplate(object) : undefined;
  if (isOfSet(meta.owner) && !template) context.odd('data.spec.template');
  return {
    kind: 'ControllerRevision',
    meta,
    revision: asNumber(object['revision'], 0),
    template: template && toPodTemplate(template, context),
    changeCause: meta.annotations[CHANGE_CAUSE] || undefined,
  };
}

/**
 * The raw template: `data` is the strategic merge patch that `kubectl rollout undo` sends, and replaces the whole template.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/statefulset/stateful_set_utils.go (getPatch)
 */
export function revisionTemplate(object: Wire): Wire | undefined {
  const template = asWire(asWire(object['data'])['spec'])['template'];
  if (!isWire(template) || !isWire(template['spec'])) return undefined;
  const { $patch: _directive, ...whole } = template;
  return whole;
}

const isOfSet = (owner: OwnerRef | undefined): boolean =>
  owner?.apiVersion === 'apps/v1' && (owner.kind === 'StatefulSet' || owner.kind === 'DaemonSet');
