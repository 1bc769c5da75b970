import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import { tolerates } from './admitted-nodes.ts';

/** When the taints of a pod's node make it leave. */
export type TaintEviction =
  | { readonly kind: 'at'; readonly at: number }
  /** It puts up with all of them for ever, as the pods of DaemonSets do. */
  | { readonly kind: 'never' }
  /** It has to leave, and nothing tells since when the taint is there. */
  | { readonly kind: 'unknown' };

/** 30 years: a number people write for "never". */
const AGES_S = 1e9;

/**
 * When the node controller deletes this pod because of `NoExecute` taints; undefined when its node has none. A pod leaves
 * when the shortest of the tolerations that fit runs out, counted from the newest taint. The DefaultTolerationSeconds
 * plugin gives every pod 300 s for `not-ready` and `unreachable` that names none itself.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/tainteviction/taint_eviction.go
 */
export function taintEviction(
  { template }: Pick<Pod, 'template'>,
  node: KubeNode,
): TaintEviction | undefined {
  const taints = node.taints.filter(({ effect }) => effect === 'NoExecute');
  if (taints.length === 0) return undefined;
  const fitting = taints.map((taint) => template.tolerations.filter((each) => tolerates(each, taint)));
  const added = taints.map(({ addedAt }) => addedAt);
  const isUntolerated = fitting.some((tolerations) => tolerations.length === 0);
  const limits = fitting
    .flat()
    .flatMap(({ tolerationSeconds = Infinity }) => (tolerationSeconds > AGES_S ? [] : tolerationSeconds));
  if (!isUntolerated && limits.length === 0) return { kind: 'never' };
  const since = added.every((at) => at !== undefined) ? Math.max(...added) : undefined;
  if (since === undefined) return { kind: 'unknown' };
  const seconds = isUntolerated ? 0 : Math.max(0, Math.min(...limits));
  return { kind: 'at', at: since + seconds * 1000 };
}
