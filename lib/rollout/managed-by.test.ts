import { describe, expect, it } from 'vitest';
import { aMeta } from '#lib/testing/build-meta.ts';
import { managedBy } from './managed-by.ts';

describe('managedBy', () => {
  it('names the Argo CD app of a tracking id', () => {
    const meta = aMeta({
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop-web:apps/Deployment:shop/web' },
    });
    expect(managedBy(meta)).toMatchObject({
      tool: 'Argo CD',
      name: 'shop-web',
      command: 'argocd app set shop-web --sync-policy none',
    });
  });

  it('names the Flux Kustomization and HelmRelease', () => {
    const kustomize = {
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    };
    expect(managedBy(aMeta({ labels: kustomize }))?.command).toBe(
      'flux suspend kustomization apps -n flux-system',
    );
    expect(managedBy(aMeta({ labels: { 'helm.toolkit.fluxcd.io/name': 'web' } }))?.command).toBe(
      'flux suspend helmrelease web -n shop',
    );
  });

  it('names a Helm release only when both marks are there', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
    expect(managedBy(aMeta({ labels }))).toBeUndefined();
    expect(managedBy(aMeta({ labels, annotations: { 'meta.helm.sh/release-name': 'web' } }))).toMatchObject({
      tool: 'Helm',
      command: 'helm rollback web -n shop',
    });
  });

  it('finds nobody on an object applied by hand', () => {
    expect(managedBy(aMeta({ labels: { 'app.kubernetes.io/instance': 'web' } }))).toBeUndefined();
  });

  it('quotes a name somebody made up to run a command', () => {
    const meta = aMeta({ labels: { 'argocd.argoproj.io/instance': "a'; rm -rf ~" } });
    expect(managedBy(meta)?.command).toBe(`argocd app set 'a'\\''; rm -rf ~' --sync-policy none`);
  });
});
