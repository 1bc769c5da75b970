import type { ContainerSpec, PodSpec } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

export const ODD_NAMESPACE = 'kubelet';

const NGINX = 'docker.io/library/nginx:1.27-alpine';
const ABSENT = 'ghcr.io/acme/search:0.0.0';
const PRIVATE = 'ghcr.io/acme-internal/license-server:1.1.0';

type Odd = { readonly [field: string]: unknown };
type Described = Partial<ContainerSpec> & Odd;

const shell = (script: string): Described => ({ command: ['sh', '-c', script] });
const init = (container: Described): Odd => ({
  initContainers: [{ name: 'prepare', image: NGINX, ...container }],
});
const valueFrom = (source: object): Described => ({ env: [{ name: 'X', valueFrom: source }] });
const volume = (source: object): Odd => ({ volumes: [{ name: 'v', ...source }] });
const MOUNTED: Described = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
const probing = (path: string) => ({ httpGet: { path, port: 80 }, periodSeconds: 5 });

/** One pod for each way a kubelet can be in trouble: its container, and what is special about the pod. */
const PODS: Readonly<Record<string, readonly [Described, Odd?]>> = {
  'exits-1': [shell('echo bad luck; exit 1')],
  'exits-1-probed': [{ ...shell('echo bad luck; exit 1'), readinessProbe: probing('/') }],
  'exits-0': [shell('echo done')],
  'exits-3-with-words': [
    { ...shell('echo last words; exit 3'), terminationMessagePolicy: 'FallbackToLogsOnError' },
  ],
  'exits-3-never': [shell('exit 3'), { restartPolicy: 'Never' }],
  'exits-0-on-failure': [shell('echo done'), { restartPolicy: 'OnFailure' }],
  'no-such-command': [{ command: ['nope'] }],
  'invalid-name': [{ image: 'Nginx:UPPER:x' }],
  'never-pull': [{ image: 'quay.io/acme/none:1', imagePullPolicy: 'Never' }],
  'absent-tag': [{ image: ABSENT }],
  'absent-host': [{ image: 'registry.invalid/acme/x:1' }],
  'pull-secret-missing': [{ image: PRIVATE }, { imagePullSecrets: [{ name: 'gone' }] }],
  'config-map-missing': [{ envFrom: [{ configMapRef: { name: 'gone' } }] }],
  'secret-key-missing': [valueFrom({ secretKeyRef: { name: 'present', key: 'gone' } })],
  'volume-config-map-missing': [MOUNTED, volume({ configMap: { name: 'gone' } })],
  'volume-secret-missing': [MOUNTED, volume({ secret: { secretName: 'gone' } })],
  'must-not-be-root': [{ securityContext: { runAsNonRoot: true } }],
  'init-exits-1': [{}, init(shell('exit 1'))],
  'init-absent-tag': [{}, init({ image: ABSENT })],
  'sidecar-crashes': [
    {},
    init({ image: 'docker.io/library/redis:7-alpine', args: ['9090'], restartPolicy: 'Always' }),
  ],
  'readiness-404': [{ readinessProbe: probing('/gone') }],
  'liveness-404': [{ livenessProbe: probing('/gone') }],
  'startup-404': [{ startupProbe: { ...probing('/gone'), failureThreshold: 4 } }],
  'readiness-named-port': [{ readinessProbe: { httpGet: { path: '/', port: 'gone' }, periodSeconds: 5 } }],
  'post-start-404': [{ lifecycle: { postStart: { httpGet: { path: '/gone', port: 80 } } } }],
  'too-large': [{ resources: { requests: { cpu: '512' } } }, { nodeName: 'worker-1' }],
};

/** The pods, and what they need: all in one namespace. */
export function oddPods(): readonly Draft[] {
  const namespace = ODD_NAMESPACE;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'present', namespace }, data: { a: 'Yg==' } },
    ...Object.entries(PODS).map(([name, [container, special]]): Draft => {
      const spec: PodSpec & Odd = {
        containers: [{ name: 'app', image: NGINX, ...container }],
        terminationGracePeriodSeconds: 1,
        ...special,
      };
      return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec };
    }),
  ];
}
