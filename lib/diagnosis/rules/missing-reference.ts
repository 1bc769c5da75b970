import {
  changeEvidence,
  changesOf,
  containerEvents,
  eventEvidence,
  specPath,
  waitingEvidence,
} from '#lib/diagnosis/evidence.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { pullErrorText, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { commandRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { clip } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

type Kind = 'ConfigMap' | 'Secret';

/**
 * Text of a container whose configuration could not be put together; complete and reliable. A status without words leaves
 * it to the `Failed` event of the attempt.
 */
export function configErrorText(input: ContainerInput): string | undefined {
  const { state } = input.container.status;
  if (state.kind !== 'waiting' || state.reason !== 'CreateContainerConfigError') return undefined;
  if (state.message) return clip(state.message);
  const event = containerEvents(input, 'Failed').find(({ message }) => message.startsWith('Error: '));
  return clip(event?.message ?? '').replace(/^Error: /, '');
}

/**
 * The image is waited for, and no text says why; an attempt before came further and failed at the configuration. That one is known.
 */
function earlierError(input: ContainerInput): KubeEvent | undefined {
  const failure = pullFailure(input);
  if (!failure || failure.class !== undefined || pullErrorText(failure.text) !== undefined) return undefined;
  return containerEvents(input, 'Failed').find(({ message }) =>
    /^Error: (?:secret|configmap)s? "/i.test(message),
  );
}

const EVERY_SYNC = 'Picked up at the next sync, within 15 s; no restart is needed.';

function missingObject(kind: Kind): ContainerRule {
  const pattern =
    kind === 'ConfigMap'
      ? /\bconfigmaps? "([^"]{1,253})" not found/i
      : /\bsecrets? "([^"]{1,253})" not found/i;
  return (input) => {
    const earlier = earlierError(input);
    const text = configErrorText(input) ?? earlier?.message.replace(/^Error: /, '');
    const name = text === undefined ? undefined : pattern.exec(text)?.[1];
    if (text === undefined || name === undefined) return undefined;
    const { namespace } = input.owner;
    const { references } = input;
    const lookup = kind === 'ConfigMap' ? references.configMaps.get(name) : references.secrets.get(name);
    const names = kind === 'ConfigMap' ? references.configMapNames : references.secretNames;
    const meant = nearMiss(name, names ?? []);
    const appeared = lookup?.state === 'exists';
    return finding({
      causeId: kind === 'ConfigMap' ? 'configmap-not-found' : 'secret-not-found',
      certainty: earlier !== undefined ? 'possible' : lookup?.state === 'missing' ? 'proven' : 'likely',
      title: [`${kind} ${name} does not exist`, `A ${kind} does not exist`],
      sentence: appeared
        ? `${kind} ${name} was missing and exists now; the kubelet tries again within 15 s.`
        : `${kind} ${name} does not exist in ${namespace}${meant ? `; ${meant} does` : ''}.`,
      raw: text,
      container: input.container.spec.name,
      evidence: [
        ...waitingEvidence(input.container),
        ...(earlier ? [eventEvidence(earlier)] : []),
        ...(lookup?.state === 'missing'
          ? [{ kind: 'object' as const, text: `${kind} ${namespace}/${name}: not found` }]
          : []),
        ...changesOf(input, 'env').map(changeEvidence),
        ...changesOf(input, 'envFrom').map(changeEvidence),
      ],
      candidates: earlier === undefined ? [] : PULL_FAILS,
      unchecked: uncheckedObject(kind, { name, namespace, state: lookup?.state }),
      remedies: [
        ...rollbackRemedy(input),
        commandRemedy(`Create ${kind} ${name}`, [createCommand(kind, namespace, name)], EVERY_SYNC),
      ],
    });
  };
}

const PULL_FAILS = [
  {
    causeId: 'pull-secret-not-found',
    sentence: 'It may be the Secret the image is pulled with.',
    check: 'Compare its name with imagePullSecrets of the pod and of its ServiceAccount.',
  },
  {
    causeId: 'registry-access-denied',
    sentence: 'The pull may fail for a reason of its own, which no event shows any more.',
    check: 'Wait for the next attempt and read its event.',
  },
];

function missingKey(kind: Kind): ContainerRule {
  const pattern = new RegExp(`couldn't find key (\\S{1,253}) in ${kind} ([^/\\s]{1,253})/(\\S{1,253})`);
  return (input) => {
    const text = configErrorText(input);
    const [, key, namespace, name] = (text === undefined ? undefined : pattern.exec(text)) ?? [];
    if (text === undefined || key === undefined || namespace === undefined || name === undefined)
      return undefined;
    const { references } = input;
    const lookup = kind === 'ConfigMap' ? references.configMaps.get(name) : references.secrets.get(name);
    const keys = lookup?.state === 'exists' ? lookup.value.keys : undefined;
    const meant = keys && nearMiss(key, keys);
    return finding({
      causeId: kind === 'ConfigMap' ? 'configmap-key-not-found' : 'secret-key-not-found',
      certainty: keys && !keys.includes(key) ? 'proven' : 'likely',
      title: [`${kind} ${name} lacks key ${key}`, `${kind} lacks key ${key}`, `A ${kind} lacks a key`],
      sentence: keys?.includes(key)
        ? `${kind} ${name} lacked key ${key} and has it now; the kubelet tries again within 15 s.`
        : `${kind} ${name} has no key ${key}${meant ? `; it has ${meant}` : ''}.`,
      raw: text,
      container: input.container.spec.name,
      evidence: [
        ...waitingEvidence(input.container),
        ...(keys
          ? [
              {
                kind: 'object' as const,
                text: `keys: ${keys.slice(0, 20).join(', ') || 'none'}`,
                path: `${kind.toLowerCase()}s/${name}`,
              },
            ]
          : []),
        ...referencingVariables(input, name, key),
      ],
      unchecked: uncheckedObject(kind, { name, namespace, state: lookup?.state }),
      remedies: [
        ...rollbackRemedy(input),
        commandRemedy(
          meant
            ? `Use key ${meant}, or add key ${key} to ${kind} ${name}`
            : `Add key ${key} to ${kind} ${name}`,
          [`kubectl edit ${kind.toLowerCase()} ${shellWord(name)} -n ${shellWord(namespace)}`],
          EVERY_SYNC,
        ),
      ],
    });
  };
}

function referencingVariables({ container }: ContainerInput, name: string, key: string) {
  return container.spec.env
    .filter(({ source }) => source && 'key' in source && source.name === name && source.key === key)
    .map((variable) => ({
      kind: 'field' as const,
      text: `${variable.name} takes key ${key} of ${name}`,
      path: specPath(container, `env[${variable.name}]`),
    }));
}

function uncheckedObject(kind: Kind, object: { name: string; namespace: string; state?: string }) {
  if (object.state === 'exists' || object.state === 'missing') return [];
  return [
    { what: `${kind} ${object.name}`, permission: `get ${kind.toLowerCase()}s in ${object.namespace}` },
  ];
}

function createCommand(kind: Kind, namespace: string, name: string): string {
  const type = kind === 'ConfigMap' ? 'configmap' : 'secret generic';
  return `kubectl create ${type} ${shellWord(name)} -n ${shellWord(namespace)} --from-literal=KEY=VALUE`;
}

export const configMapNotFound = missingObject('ConfigMap');
export const secretNotFound = missingObject('Secret');
export const configMapKeyNotFound = missingKey('ConfigMap');
export const secretKeyNotFound = missingKey('Secret');
