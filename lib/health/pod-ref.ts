import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';

/** How a problem names its pod. */
export function podRef({ meta, nodeName }: Pod): NonNullable<Problem['pod']> {
  return { name: meta.name, uid: meta.uid, ...(nodeName === undefined ? {} : { nodeName }) };
}
