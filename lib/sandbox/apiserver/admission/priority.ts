import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, objectAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';
import { refused } from './admission-plugin.ts';

const STORAGE = 'priorityclasses.scheduling.k8s.io';

/** Turns a Pod's priorityClassName into a number (kubernetes/plugin/pkg/admission/priority). */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  change: (context, admission) => {
    const { resource, subresource, operation, object } = admission;
    if (resource.kind !== 'Pod' || subresource !== undefined) return object;
    if (operation === 'CREATE') return { ...object, spec: withPriority(context, admission) };
    const { priority: before, preemptionPolicy } = objectAt(admission.previous, 'spec');
    return { ...object, spec: { priority: before, preemptionPolicy, ...objectAt(object, 'spec') } };
  },
  check: (context, admission) => {
    const { resource, operation, object } = admission;
    if (resource.kind !== 'PriorityClass' || operation === 'DELETE' || object.globalDefault !== true) return;
    const other = defaultClass(context);
    if (!other || (operation === 'UPDATE' && other.metadata.name === stringAt(object, 'metadata', 'name')))
      return;
    const { name } = other.metadata;
    throw refused(
      admission,
      `PriorityClass ${name} is already marked as default. Only one default can exist`,
    );
  },
};

function withPriority(context: ServerContext, admission: Admission): JsonObject {
  const spec = objectAt(admission.object, 'spec');
  const name = stringAt(spec, 'priorityClassName') ?? '';
  const found = name === '' ? defaultClass(context) : context.journal.get(STORAGE, undefined, name);
  if (name !== '' && !found) throw refused(admission, `no PriorityClass with name ${name} was found`);
  const value = numberAt(found, 'value') ?? 0;
  const policy = stringAt(found, 'preemptionPolicy') ?? 'PreemptLowerPriority';
  const asked = numberAt(spec, 'priority');
  if (asked !== undefined && asked !== value) {
    const computed = `priority admission controller computed ${value} from the given PriorityClass name`;
    throw refused(
      admission,
      `the integer value of priority (${asked}) must not be provided in pod spec; ${computed}`,
    );
  }
  const wanted = stringAt(spec, 'preemptionPolicy');
  if (wanted !== undefined && wanted !== policy) {
    const computed = `priority admission controller computed ${policy} from the given PriorityClass name`;
    throw refused(
      admission,
      `the string value of PreemptionPolicy (${wanted}) must not be provided in pod spec; ${computed}`,
    );
  }
  const className = found?.metadata.name;
  return {
    ...spec,
    ...(className !== undefined && { priorityClassName: className }),
    priority: value,
    preemptionPolicy: policy,
  };
}

function defaultClass({ journal }: ServerContext): KubeObject | undefined {
  return journal
    .list(STORAGE)
    .filter(({ globalDefault }) => globalDefault === true)
    .toSorted((a, b) => (numberAt(a, 'value') ?? 0) - (numberAt(b, 'value') ?? 0))[0];
}
