import type { ContainerSpec, NodeTerm, PodTemplate, Toleration, Volume } from '#lib/model/pod-template.ts';
import type { FieldChange } from '#lib/model/revision.ts';
import { containerDiff, containerPath } from './container-diff.ts';
import { nodeTermsText } from './node-terms-text.ts';
import { changesOfValue } from './value-diff.ts';

/** The ReplicaSet controller's own label; never a difference a person made. */
const POD_TEMPLATE_HASH = 'pod-template-hash';

/**
 * What changed between two pod templates, most telling fields first. Env values are never shown.
 * Equal hashes are equal templates. When the hashes differ and no field we keep does, one entry says so:
 * the model does not carry every field (affinity to pods, DNS, lifecycle hooks, annotations, ...).
 */
export function templateDiff(before: PodTemplate, after: PodTemplate): FieldChange[] {
  if (before.hash !== '' && before.hash === after.hash) return [];
  const changes = [...containersDiff(before.containers, after.containers), ...podDiff(before, after)];
  const unseen = before.hash !== after.hash && changes.length === 0;
  return unseen ? [{ path: 'other fields', before: 'set', after: 'changed' }] : changes;
}

function containersDiff(before: readonly ContainerSpec[], after: readonly ContainerSpec[]): FieldChange[] {
  const old = new Map(before.map((container) => [container.name, container]));
  const names = new Set(after.map((container) => container.name));
  const removed = before.filter((container) => !names.has(container.name));
  return [
    ...after.flatMap((container) => {
      const was = old.get(container.name);
      return was
        ? containerDiff(was, container)
        : [{ path: containerPath(container), after: container.image }];
    }),
    ...removed.map((container) => ({
      path: containerPath(container),
      before: container.image,
      after: 'removed',
    })),
  ];
}

function podDiff(before: PodTemplate, after: PodTemplate): FieldChange[] {
  return [
    ...changesOfValue('volumes', volumesByName(before.volumes), volumesByName(after.volumes)),
    ...changesOfValue('serviceAccountName', before.serviceAccountName, after.serviceAccountName),
    ...changesOfValue('imagePullSecrets', before.imagePullSecrets, after.imagePullSecrets),
    ...changesOfValue('nodeSelector', before.nodeSelector, after.nodeSelector),
    ...changesOfValue('nodeAffinity', termsText(before.nodeTerms), termsText(after.nodeTerms)),
    ...changesOfValue(
      'tolerations',
      before.tolerations.map(tolerationText),
      after.tolerations.map(tolerationText),
    ),
    ...changesOfValue('securityContext', before.podSecurity, after.podSecurity),
    ...changesOfValue('hostNetwork', before.hostNetwork, after.hostNetwork),
    ...changesOfValue('restartPolicy', before.restartPolicy, after.restartPolicy),
    ...changesOfValue(
      'terminationGracePeriodSeconds',
      before.terminationGracePeriodSeconds,
      after.terminationGracePeriodSeconds,
    ),
    ...changesOfValue('schedulerName', before.schedulerName, after.schedulerName),
    ...changesOfValue('labels', withoutHash(before.labels), withoutHash(after.labels)),
  ];
}

const volumesByName = (volumes: readonly Volume[]) =>
  Object.fromEntries(
    volumes.map(({ name, kind, refName, optional }) => [
      name,
      `${kind}${refName ? ` ${refName}` : ''}${optional ? ' (optional)' : ''}`,
    ]),
  );

const termsText = (terms: readonly NodeTerm[]) => (terms.length > 0 ? nodeTermsText(terms) : undefined);

const tolerationText = ({ key, operator, value, effect, tolerationSeconds }: Toleration) =>
  `${key ?? '*'}${operator === 'Equal' ? `=${value ?? ''}` : ''}${effect ? `:${effect}` : ''}` +
  (tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds} s`);

const withoutHash = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => key !== POD_TEMPLATE_HASH));
