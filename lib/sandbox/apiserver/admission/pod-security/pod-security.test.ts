import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { MASTER } from '#lib/sandbox/apiserver/in-process-transport.ts';
import { deployment, testServer } from '#lib/sandbox/apiserver/test-server.ts';
import { violationsOf } from './policy.ts';

const POD_SECURITY = 'pod-security.kubernetes.io';
const SAFE = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

function server(labels: JsonObject) {
  const cluster = testServer();
  cluster.post('/api/v1/namespaces', { metadata: { name: 'bank', labels } });
  return cluster;
}

const podOf = (container: JsonObject, spec: JsonObject = {}): JsonObject => ({
  metadata: { name: 'vault' },
  spec: { containers: [{ name: 'app', image: 'bank/vault:1', ...container }], ...spec },
});

const PODS = '/api/v1/namespaces/bank/pods';

describe('a namespace that enforces a level', () => {
  it('refuses a Pod with every rule it breaks', () => {
    const cluster = server({ [`${POD_SECURITY}/enforce`]: 'restricted' });
    expect(cluster.post(PODS, podOf({})).body.message).toBe(
      'pods "vault" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  it('takes a Pod that keeps them', () => {
    const cluster = server({ [`${POD_SECURITY}/enforce`]: 'restricted' });
    expect(cluster.post(PODS, podOf({ securityContext: SAFE })).status).toBe(201);
  });

  it('takes a workload whose Pods it will refuse, with a warning', () => {
    const cluster = server({
      [`${POD_SECURITY}/enforce`]: 'baseline',
      [`${POD_SECURITY}/enforce-version`]: 'v1.30',
    });
    const body = deployment('vault');
    const spec = { containers: [{ name: 'app', image: 'a', securityContext: { privileged: true } }] };
    const template = { metadata: { labels: { app: 'vault' } }, spec };
    const reply = cluster.server.handle({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/bank/deployments',
      user: MASTER,
      body: { ...body, spec: { selector: { matchLabels: { app: 'vault' } }, template } },
    });
    expect(reply).toMatchObject({
      status: 201,
      headers: {
        Warning:
          '299 - "would violate PodSecurity \\"baseline:v1.30\\": privileged (container \\"app\\" must not set securityContext.privileged=true)"',
      },
    });
  });

  it('judges again only when an image changes', () => {
    const cluster = server({});
    cluster.post(PODS, podOf({}));
    cluster.patch('/api/v1/namespaces/bank', 'merge', {
      metadata: { labels: { [`${POD_SECURITY}/enforce`]: 'restricted' } },
    });
    const label = { metadata: { labels: { team: 'a' } } };
    expect(cluster.patch(`${PODS}/vault`, 'merge', label).status).toBe(200);
    const image = { spec: { containers: [{ name: 'app', image: 'bank/vault:2' }] } };
    expect(cluster.patch(`${PODS}/vault`, 'strategic', image).status).toBe(403);
  });
});

describe('a namespace whose labels change', () => {
  const labels = (level: string): JsonObject => ({
    metadata: { labels: { [`${POD_SECURITY}/enforce`]: level } },
  });

  it('is told which Pods break the new level', () => {
    const cluster = server({});
    for (const name of ['b', 'a']) cluster.post(PODS, { ...podOf({}), metadata: { name } });
    const reply = cluster.server.handle({
      method: 'PATCH',
      path: '/api/v1/namespaces/bank',
      user: MASTER,
      contentType: 'application/merge-patch+json',
      body: labels('restricted'),
    });
    const headers = reply.kind === 'json' ? reply.headers : undefined;
    expect(headers?.Warning).toContain(
      'existing pods in namespace \\"bank\\" violate the new PodSecurity enforce level \\"restricted:latest\\"',
    );
    expect(headers?.Warning).toContain('a (and 1 other pod): allowPrivilegeEscalation != false');
  });

  it('does not take a level nobody knows', () => {
    const cluster = server({});
    expect(cluster.patch('/api/v1/namespaces/bank', 'merge', labels('strict')).body.message).toBe(
      'Namespace "bank" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
    );
  });
});

describe('the rules', () => {
  const judged = (level: 'baseline' | 'restricted', spec: JsonObject) =>
    violationsOf({ level, version: 'latest' }, spec);
  const baseline = (container: JsonObject, spec: JsonObject = {}) =>
    judged('baseline', { containers: [{ name: 'app', ...container }, { name: 'side' }], ...spec });

  it.each<[string, JsonObject, JsonObject]>([
    ['host namespaces (hostNetwork=true, hostPID=true)', {}, { hostNetwork: true, hostPID: true }],
    ['hostPort (container "app" uses hostPort 80)', { ports: [{ containerPort: 80, hostPort: 80 }] }, {}],
    ['hostPath volumes (volume "disk")', {}, { volumes: [{ name: 'disk', hostPath: { path: '/' } }] }],
    [
      'non-default capabilities (container "app" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
      { securityContext: { capabilities: { add: ['SYS_TIME', 'NET_ADMIN', 'CHOWN'] } } },
      {},
    ],
    [
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
      {},
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
    ],
    [
      'probe or lifecycle host (container "app" uses probe or lifecycle host "10.0.0.1")',
      { livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } },
      {},
    ],
    ['forbidden sysctls (kernel.msgmax)', {}, { securityContext: { sysctls: [{ name: 'kernel.msgmax' }] } }],
    [
      'seLinuxOptions (container "app" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
      { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'root' } } },
      {},
    ],
    [
      'forbidden AppArmor profile (container "app" must not set AppArmor profile type to "Unconfined")',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      {},
    ],
    [
      'procMount (container "app" must not set securityContext.procMount to "Unmasked")',
      { securityContext: { procMount: 'Unmasked' } },
      {},
    ],
  ])('baseline: %s', (text, container, spec) => {
    expect(baseline(container, spec)).toBe(text);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'runAsUser=0 (pod and container "app" must not set runAsUser=0)',
      { runAsUser: 0 },
      { securityContext: { runAsUser: 0 } },
    ],
    [
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
      {},
      {
        volumes: [
          { name: 'a', nfs: {} },
          { name: 'b', hostPath: {} },
        ],
      },
    ],
    [
      'runAsNonRoot != true (container "app" must not set securityContext.runAsNonRoot=false)',
      { runAsNonRoot: false },
      {},
    ],
    [
      'unrestricted capabilities (container "app" must not include "CHOWN" in securityContext.capabilities.add)',
      { capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_BIND_SERVICE'] } },
      {},
    ],
  ])('restricted: %s', (text, securityContext, spec) => {
    const container = { name: 'app', securityContext: { ...SAFE, ...securityContext } };
    expect(judged('restricted', { containers: [container], ...spec })).toBe(text);
  });

  it('leave a Pod with user namespaces more freedom', () => {
    const securityContext = { ...SAFE, runAsNonRoot: false, runAsUser: 0 };
    const spec = { containers: [{ name: 'app', securityContext }], hostUsers: false };
    expect(judged('restricted', spec)).toBeUndefined();
  });
});
