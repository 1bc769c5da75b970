import type { Journal } from './apiserver/journal.ts';
import { isArray, objectAt, objectsAt, stringAt, valueAt } from './apiserver/objects/json.ts';
import type { WebhookAnswer, WebhookBackend, WebhookCall } from './apiserver/webhook-backend.ts';
import { parseImage } from './image-reference.ts';
import { IMAGES } from './programs/images.ts';

/** The programs behind admission webhooks: a call reaches a ready Pod of the Service, or nobody. */
export function createWebhooks(journal: Journal): WebhookBackend {
  return (call) => {
    const { service } = call;
    if (!service) {
      const host = new URL(call.url).hostname;
      return failed(`dial tcp: lookup ${host} on 10.96.0.10:53: no such host`);
    }
    const address = stringAt(journal.get('services', service.namespace, service.name), 'spec', 'clusterIP');
    const ip = readyAddress(journal, service);
    const pod = journal
      .list('pods', service.namespace)
      .find((each) => stringAt(each, 'status', 'podIP') === ip);
    // kube-proxy refuses connections to a Service without endpoints.
    if (!pod) return failed(`dial tcp ${address ?? ''}:${service.port}: connect: connection refused`);
    const image = parseImage(stringAt(objectsAt(pod, 'spec', 'containers')[0], 'image') ?? '');
    const admits = IMAGES[image?.repository ?? '']?.admission;
    return admits ? admits(call) : failed('the server could not find the requested resource');
  };
}

const failed = (error: string): WebhookAnswer => ({ kind: 'failed', error });

function readyAddress(journal: Journal, service: NonNullable<WebhookCall['service']>): string | undefined {
  const endpoints = journal
    .list('endpointslices.discovery.k8s.io', service.namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service.name)
    .flatMap((slice) => objectsAt(slice, 'endpoints'));
  const ready = endpoints.find((endpoint) => objectAt(endpoint, 'conditions').ready !== false);
  const addresses = valueAt(ready, 'addresses');
  const [address] = isArray(addresses) ? addresses : [];
  return typeof address === 'string' ? address : undefined;
}
