import type { Condition, ObjectMeta, OwnerRef } from '#lib/model/object-meta.ts';
import { at } from './time.ts';

/** What every builder accepts to say who the object is; `uid` defaults to `<namespace>/<name>`. */
export type MetaInput = Partial<ObjectMeta>;

export function aMeta(input: MetaInput = {}): ObjectMeta {
  const name = input.name ?? 'web';
  const namespace = input.namespace ?? 'shop';
  return {
    uid: namespace === '' ? name : `${namespace}/${name}`,
    resourceVersion: '1',
    generation: 1,
    createdAt: at('09:00:00'),
    labels: {},
    annotations: {},
    ...input,
    name,
    namespace,
  };
}

/** The reference a controlled object carries to its controller. */
export function ownerRefTo(owner: { readonly kind: string; readonly meta: ObjectMeta }): OwnerRef {
  const apiVersion =
    owner.kind === 'Job' || owner.kind === 'CronJob'
      ? 'batch/v1'
      : owner.kind === 'Pod' || owner.kind === 'Node'
        ? 'v1'
        : 'apps/v1';
  return { apiVersion, kind: owner.kind, name: owner.meta.name, uid: owner.meta.uid };
}

export function aCondition(
  type: string,
  status: Condition['status'] = 'True',
  input: Partial<Condition> = {},
): Condition {
  return { reason: '', message: '', ...input, type, status };
}
