import { manifest, plain, type Step } from './step.ts';

const NS = '-n watched';

const held = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'held', namespace: 'watched', finalizers: ['example.com/hold'] },
};

/** Deletion in its forms, in the namespace of what was watched. */
export const deleting: readonly Step[] = [
  ...plain(
    `delete deploy app ${NS} --dry-run=server`,
    `delete deploy app ${NS} --dry-run=client`,
    `delete deploy app ${NS} --cascade=orphan`,
    `get deploy ${NS}`,
    `get rs ${NS} -o jsonpath='{.items[*].metadata.ownerReferences}'`,
    `get rs ${NS}`,
    `delete rs -l app=app ${NS} --cascade=foreground --timeout=60s`,
    `get rs ${NS}`,
    `wait pods -l app=app ${NS} --for=delete --timeout=60s`,
    `delete pod teller ${NS} --grace-period=0 --force`,
    `delete pod teller ${NS} --ignore-not-found`,
    `create cm a ${NS}`,
    `create cm b ${NS}`,
    `label cm a b ${NS} group=ab`,
    `delete cm -l group=ab ${NS}`,
    `delete cm -l group=ab ${NS}`,
    `delete cm first ${NS} --wait=false`,
    `delete cm ${NS}`,
  ),
  { command: 'create -f -', stdin: manifest(held) },
  ...plain(
    `delete cm held ${NS} --wait=false`,
    `delete cm held ${NS} --timeout=1s`,
    `get cm held ${NS} -o jsonpath={.metadata.finalizers}`,
    `create cm held ${NS}`,
    `patch cm held ${NS} --type=merge -p '{"metadata":{"finalizers":null}}'`,
    `get cm held ${NS}`,
    `delete cm --all ${NS}`,
    `delete all --all ${NS}`,
  ),
];
