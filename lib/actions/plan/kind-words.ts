import type { ActionKind } from '#lib/contract/actions.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** In paths and permissions. */
export const RESOURCE_OF: Readonly<Record<ActionKind, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** `statefulset/db -n shop`, for commands. */
export const commandTarget = ({
  kind,
  namespace,
  name,
}: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}): string => `${kind.toLowerCase()}/${shellWord(name)} -n ${shellWord(namespace)}`;
