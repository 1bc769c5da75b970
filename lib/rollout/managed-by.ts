import type { ObjectMeta } from '#lib/model/object-meta.ts';
import { shellWord } from './shell-word.ts';

export type Manager = {
  readonly tool: 'Argo CD' | 'Flux' | 'Helm';
  /** The application, Kustomization, HelmRelease or release, as its tool names it. */
  readonly name: string;
  /** What will happen to a change made here, as a sentence. */
  readonly text: string;
  /** The command that makes a change stay. */
  readonly command: string;
};

type Marks = Pick<ObjectMeta, 'namespace' | 'name' | 'labels' | 'annotations'>;

/**
 * Who else writes this object, by the marks those tools leave. The generic label `app.kubernetes.io/instance`
 * is not taken as proof of Argo CD: Helm charts set it too.
 */
export function managedBy(meta: Marks): Manager | undefined {
  return argoCd(meta) ?? flux(meta) ?? helm(meta);
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
function argoCd({ labels, annotations }: Marks): Manager | undefined {
  const tracking = annotations['argocd.argoproj.io/tracking-id'];
  const name = tracking?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  if (!name) return undefined;
  return {
    tool: 'Argo CD',
    name,
    text: `Argo CD app ${name} manages this object and reverts the change at its next sync.`,
    command: `argocd app set ${shellWord(name)} --sync-policy none`,
  };
}

/** https://fluxcd.io/flux/components/kustomize/kustomizations/ and .../helm/helmreleases/ */
function flux({ namespace, labels }: Marks): Manager | undefined {
  for (const [prefix, kind] of [
    ['kustomize', 'kustomization'],
    ['helm', 'helmrelease'],
  ] as const) {
    const name = labels[`${prefix}.toolkit.fluxcd.io/name`];
    if (!name) continue;
    const home = labels[`${prefix}.toolkit.fluxcd.io/namespace`] ?? namespace;
    return {
      tool: 'Flux',
      name,
      text: `Flux ${kind} ${home}/${name} manages this object and reverts the change at its next reconciliation.`,
      command: `flux suspend ${kind} ${shellWord(name)} -n ${shellWord(home)}`,
    };
  }
  return undefined;
}

/** https://helm.sh/docs/chart_best_practices/labels/ */
function helm({ namespace, labels, annotations }: Marks): Manager | undefined {
  const release = annotations['meta.helm.sh/release-name'];
  if (labels['app.kubernetes.io/managed-by'] !== 'Helm' || !release) return undefined;
  const home = annotations['meta.helm.sh/release-namespace'] ?? namespace;
  return {
    tool: 'Helm',
    name: release,
    text: `Helm release ${release} owns this object; the next helm upgrade overwrites the change.`,
    command: `helm rollback ${shellWord(release)} -n ${shellWord(home)}`,
  };
}
