import type { ActionSpec } from '#lib/contract/shared.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { commandTarget } from './kind-words.ts';

type Named = { readonly kind: string; readonly namespace: string; readonly name: string };

/** What one would type to get the same effect. */
export function kubectlCommand(named: Named, action: ActionSpec): string {
  const target = commandTarget(named);
  switch (action.type) {
    case 'rollback':
      return `kubectl rollout undo ${target} --to-revision=${action.toRevision}`;
    case 'set-image':
      return `kubectl set image ${target} ${shellWord(`${action.container}=${action.image}`)}`;
  }
}

/** What the action does, as the title of its dialog and of its receipt. */
export function actionTitle(
  { namespace, name }: Pick<Named, 'namespace' | 'name'>,
  action: ActionSpec,
  currentRevision?: number,
): string {
  const workload = `${namespace}/${name}`;
  switch (action.type) {
    case 'rollback':
      return `Roll back ${workload}${currentRevision ? ` from revision ${currentRevision}` : ''} to ${currentRevision ? '' : 'revision '}${action.toRevision}`;
    case 'set-image':
      return `Set the image of ${action.container} in ${workload} to ${action.image}`;
  }
}
