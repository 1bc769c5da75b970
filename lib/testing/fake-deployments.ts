import { canonicalJson } from '#lib/kube/to-model/canonical-json.ts';
import { asText, asTextMap, asWire, type Wire } from '#lib/kube/to-model/wire.ts';
import { type Operation, patched } from './json-patched.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';

/** A raw Deployment `shop/web` with one app container and one init container. */
export function aRawDeployment(
  input: {
    readonly image?: string;
    readonly annotations?: Wire;
    readonly labels?: Wire;
    readonly spec?: Wire;
  } = {},
): Wire {
  const { image = 'ghcr.io/acme/web:1', annotations = {}, labels = {}, spec = {} } = input;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'uid-web',
      generation: 3,
      creationTimestamp: '2026-01-15T09:00:00Z',
      labels,
      annotations: { [REVISION]: '1', 'team.example/owner': 'shop', ...annotations },
    },
    spec: {
      replicas: 3,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { creationTimestamp: null, labels: { app: 'web' } },
        spec: {
          initContainers: [{ name: 'migrate', image: 'ghcr.io/acme/migrate:1' }],
          containers: [{ name: 'web', image, env: [{ name: 'TOKEN', value: 'hunter2' }] }],
        },
      },
      ...spec,
    },
    status: { observedGeneration: 3, replicas: 3 },
  };
}

/**
 * One Deployment behind a JSON Patch endpoint, with the part of the Deployment controller that numbers
 * ReplicaSets. Synchronous: who calls decides when a write arrives.
 */
export class FakeDeployments {
  deployment: Wire;
  replicaSets: Wire[] = [];
  /** Template texts in the order they were in force. */
  readonly templates: string[] = [];

  constructor(deployment: Wire = aRawDeployment()) {
    this.deployment = structuredClone(deployment);
    this.reconcile();
  }

  /** @throws ApiStatusError 422 as kube-apiserver does when a `test` fails. */
  patch(operations: readonly Operation[], { dryRun = false }: { readonly dryRun?: boolean } = {}): Wire {
    const next = patched(this.deployment, operations);
    if (dryRun) return next;
    const changed = canonicalJson(templateOf(next)) !== canonicalJson(templateOf(this.deployment));
    const metadata = asWire(next['metadata']);
    this.deployment = { ...next, metadata: { ...metadata, generation: Number(metadata['generation']) + 1 } };
    if (changed) this.reconcile();
    return structuredClone(this.deployment);
  }

  /** Like the controller: a known template gets the next number, an unknown one a new ReplicaSet. */
  private reconcile(): void {
    const template = templateOf(this.deployment);
    this.templates.push(canonicalJson(template));
    const number = Math.max(0, ...this.replicaSets.map(revisionOf)) + 1;
    const hash = `h${this.replicaSets.length + 1}`;
    const known = this.replicaSets.find(
      (rs) => canonicalJson(withoutHash(templateOf(rs))) === canonicalJson(template),
    );
    const kept = this.replicaSets.filter((rs) => rs !== known);
    this.replicaSets = [
      ...kept,
      known
        ? renumbered(known, number, this.deployment)
        : newReplicaSet({ template, number, hash, deployment: this.deployment }),
    ];
    const metadata = asWire(this.deployment['metadata']);
    const annotations = { ...asTextMap(metadata['annotations']), [REVISION]: String(number) };
    this.deployment = { ...this.deployment, metadata: { ...metadata, annotations } };
  }
}

const templateOf = (object: Wire) => asWire(asWire(object['spec'])['template']);
const revisionOf = (rs: Wire) => Number(asTextMap(asWire(rs['metadata'])['annotations'])[REVISION]);

function withoutHash(template: Wire): Wire {
  const metadata = asWire(template['metadata']);
  const { 'pod-template-hash': _added, ...labels } = asTextMap(metadata['labels']);
  return { ...template, metadata: { ...metadata, labels } };
}

type NewReplicaSet = {
  readonly template: Wire;
  readonly number: number;
  readonly hash: string;
  readonly deployment: Wire;
};

function newReplicaSet({ template, number, hash, deployment }: NewReplicaSet): Wire {
  const owner = asWire(deployment['metadata']);
  const metadata = asWire(template['metadata']);
  const labels = { ...asTextMap(metadata['labels']), 'pod-template-hash': hash };
  return {
    metadata: {
      name: `web-${hash}`,
      namespace: 'shop',
      uid: `uid-web-${hash}`,
      creationTimestamp: '2026-01-15T09:00:00Z',
      annotations: { ...asTextMap(owner['annotations']), [REVISION]: String(number) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'web',
          uid: asText(owner['uid']),
          controller: true,
        },
      ],
    },
    spec: { replicas: 3, template: { ...template, metadata: { ...metadata, labels } } },
    status: { readyReplicas: 0 },
  };
}

function renumbered(rs: Wire, number: number, deployment: Wire): Wire {
  const metadata = asWire(rs['metadata']);
  const own = asTextMap(metadata['annotations']);
  const history = [own[HISTORY], own[REVISION]].filter(Boolean).join(',');
  const copied = asTextMap(asWire(deployment['metadata'])['annotations']);
  return {
    ...rs,
    metadata: {
      ...metadata,
      annotations: { ...own, ...copied, [REVISION]: String(number), [HISTORY]: history },
    },
  };
}
