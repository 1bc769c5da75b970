import { objectAt, objectsAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** A Pod stays 300 s on a node that is lost, unless it says otherwise (plugin/pkg/admission/defaulttolerationseconds). */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  change: (_context, { resource, subresource, object }) => {
    if (resource.kind !== 'Pod' || subresource !== undefined) return object;
    const tolerations = objectsAt(object, 'spec', 'tolerations');
    const added = TAINTS.filter(
      (taint) =>
        !tolerations.some(
          ({ key = '', effect = '' }) =>
            (key === taint || key === '') && (effect === 'NoExecute' || effect === ''),
        ),
    ).map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
    if (added.length === 0) return object;
    return { ...object, spec: { ...objectAt(object, 'spec'), tolerations: [...tolerations, ...added] } };
  },
};
