import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, objectAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Admission, AdmissionPlugin } from './admit.ts';
import { refused } from './admit.ts';

const CLASSES = 'priorityclasses.scheduling.k8s.io';

/** The priority of a new pod comes from its class, never from the pod itself (plugin/pkg/admission/priority). */
export const podPriority: AdmissionPlugin = {
  name: 'Priority',
  change: (context, admission) =>
    admission.operation === 'CREATE' && admission.resource.kind === 'Pod'
      ? withPriority(context, admission)
      : admission.object,
};

function withPriority({ journal }: ServerContext, created: Admission): JsonObject {
  const spec = objectAt(created.object, 'spec');
  const asked = stringAt(spec, 'priorityClassName') ?? '';
  const named = asked === '' ? undefined : journal.get(CLASSES, undefined, asked);
  if (asked !== '' && !named) throw refused(created, `no PriorityClass with name ${asked} was found`);
  const found = named ?? journal.list(CLASSES).find(({ globalDefault }) => globalDefault === true);
  const priority = numberAt(found, 'value') ?? 0;
  const preemptionPolicy = stringAt(found, 'preemptionPolicy') ?? 'PreemptLowerPriority';
  const sent = { priority: numberAt(spec, 'priority'), policy: stringAt(spec, 'preemptionPolicy') };
  if (sent.priority !== undefined && sent.priority !== priority) {
    const why = `the integer value of priority (${sent.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw refused(created, why);
  }
  if (found && sent.policy !== undefined && sent.policy !== preemptionPolicy) {
    const why = `the string value of PreemptionPolicy (${sent.policy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`;
    throw refused(created, why);
  }
  const className = found ? { priorityClassName: found.metadata.name } : {};
  const policy = sent.policy ?? preemptionPolicy;
  return { ...created.object, spec: { ...spec, ...className, priority, preemptionPolicy: policy } };
}
