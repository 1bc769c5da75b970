import { manifest } from './step.ts';

export const web = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lab30-web', namespace: 'lab30', labels: { app: 'lab30-web', tier: 'frontend' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'lab30-web' } },
    template: {
      metadata: { labels: { app: 'lab30-web', tier: 'frontend', service: 'labweb', env: 'lab' } },
      spec: {
        containers: [
          {
            name: 'web',
            image,
            imagePullPolicy: 'Always',
            envFrom: [{ configMapRef: { name: 'lab30-web-config' } }],
            ports: [{ containerPort: 8080 }],
            readinessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 5,
              periodSeconds: 5,
            },
            livenessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 15,
              periodSeconds: 10,
            },
          },
        ],
      },
    },
  },
});

export const redis = (...args: readonly string[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lab30-redis', namespace: 'lab30', labels: { app: 'lab30-redis', tier: 'backend' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'lab30-redis' } },
    template: {
      metadata: { labels: { app: 'lab30-redis', tier: 'backend' } },
      spec: {
        containers: [
          {
            name: 'redis',
            image: 'redis:7-alpine',
            args: [...args, '--save', '60', '1', '--loglevel', 'warning'],
            ports: [{ containerPort: 6379 }],
            readinessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 5, periodSeconds: 5 },
            livenessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 10, periodSeconds: 10 },
          },
        ],
      },
    },
  },
});

export const WEB = 'ghcr.io/vlrrbn/lab30-web-metrics';
export const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'lab30-web-config', namespace: 'lab30' },
  data: { APP_ENV: 'lab', REDIS_HOST: 'lab30-redis' },
};
export const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'lab30-web', namespace: 'lab30' },
  spec: { selector: { app: 'lab30-web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
export const typo = manifest(web(`${WEB}:0.2.1`)).replace('"image"', '"imagee"');
