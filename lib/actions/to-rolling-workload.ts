import type { ActionKind } from '#lib/contract/actions.ts';
import type { ToModelContext } from '#lib/kube/to-model/context.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import { toDaemonSet, toDeployment, toStatefulSet } from '#lib/kube/to-model/workload.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';

const TO_MODEL: {
  readonly [K in ActionKind]: (object: Wire, context: ToModelContext) => RollingWorkload;
} = { Deployment: toDeployment, StatefulSet: toStatefulSet, DaemonSet: toDaemonSet };

/** A raw object of a kind that can be acted on. */
export const toRollingWorkload = (kind: ActionKind, object: Wire, context: ToModelContext): RollingWorkload =>
  TO_MODEL[kind](object, context);
