import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';

const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

/**
 * Five minutes on a node that fails, for pods that say nothing about it
 * (plugin/pkg/admission/defaulttolerationseconds).
 */
export function withDefaultTolerations(spec: JsonObject): JsonObject {
  const tolerations = objectsAt(spec, 'tolerations');
  const isSaid = (key: string): boolean =>
    tolerations.some((toleration) => {
      const effect = stringAt(toleration, 'effect') ?? '';
      const said = stringAt(toleration, 'key') ?? '';
      return (said === key || said === '') && (effect === 'NoExecute' || effect === '');
    });
  const added = KEYS.filter((key) => !isSaid(key)).map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: SECONDS,
  }));
  return added.length === 0 ? spec : { ...spec, tolerations: [...tolerations, ...added] };
}
