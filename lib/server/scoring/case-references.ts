import { asText, asTexts, type Wire } from '#lib/kube/to-model/wire.ts';
import { NAMESPACE } from './case-scene.ts';
import type { Signals } from './failure-case.ts';

/** What a container's configuration must name for these messages to be possible. */
export type References = { readonly env: readonly Wire[]; readonly volumes: readonly Wire[] };

export function caseReferences(signals: Signals): References {
  const texts = [signals.waiting_message ?? '', ...signals.events];
  const env = new Map<string, Wire>();
  const volumes = new Map<string, Wire>();
  for (const text of texts) {
    const volume = /volume "([^"]+)" ?: ?(?:secrets?|configmaps?) "([^"]+)" not found/.exec(text);
    const kind = /configmap/i.test(text) ? 'configMap' : 'secret';
    if (volume) {
      const [, name = '', ref = ''] = volume;
      volumes.set(name, { name, [kind]: kind === 'secret' ? { secretName: ref } : { name: ref } });
      continue;
    }
    for (const [, name = ''] of text.matchAll(/volume "(pvc-[^"]+)"/g)) {
      volumes.set('data', {
        name: 'data',
        persistentVolumeClaim: { claimName: `claim-of-${name}`.slice(0, 60) },
      });
    }
    const [, missing] = /(?:secrets?|configmaps?) "([^"]+)" not found/.exec(text) ?? [];
    const [, key, , of] = /couldn't find key (\S+) in (Secret|ConfigMap) [^/\s]+\/(\S+)/.exec(text) ?? [];
    const name = missing ?? of;
    if (name)
      env.set(name, { name: 'SETTING', valueFrom: { [`${kind}KeyRef`]: { name, key: key ?? 'value' } } });
  }
  const [, variable, optional] =
    /^(\w+) secretKeyRef( optional=true)?/.exec(asText(signals.other_signals['env'])) ?? [];
  if (variable) {
    const secretKeyRef = { name: 'settings', key: variable, optional: optional !== undefined };
    env.set(variable, { name: variable, valueFrom: { secretKeyRef } });
  }
  return { env: [...env.values()], volumes: [...volumes.values()] };
}

/** The Secrets a case says exist. */
export function caseSecrets(signals: Signals): readonly Wire[] {
  const { other_signals: other, waiting_message, events } = signals;
  const secret = (name: string, keys: readonly string[]): Wire => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: NAMESPACE, creationTimestamp: '2026-01-01T00:00:00Z' },
    type: 'Opaque',
    data: Object.fromEntries(keys.map((key) => [key, ''])),
  });
  const keys = asTexts(other['secret_keys']);
  const [, of] = /in Secret [^/\s]+\/(\S+)/.exec([waiting_message ?? '', ...events].join('\n')) ?? [];
  return [
    ...(of && keys.length > 0 ? [secret(of, keys)] : []),
    ...(asText(other['existing_secret']) === '' ? [] : [secret(asText(other['existing_secret']), ['value'])]),
    ...(/exists without that key/.test(asText(other['secret'])) ? [secret('settings', ['other'])] : []),
  ];
}
