import { shellWord } from '#lib/rollout/shell-word.ts';
import type { ImageReference } from '#lib/rollout/image-reference.ts';

/** There is no `--docker-password-stdin`; the reader types user and token. */
export function createPullSecretCommand(
  namespace: string,
  name: string,
  { registry }: ImageReference,
): string {
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  return `kubectl create secret docker-registry ${shellWord(name)} -n ${shellWord(namespace)} --docker-server=${shellWord(server)} --docker-username=USER --docker-password=TOKEN`;
}
