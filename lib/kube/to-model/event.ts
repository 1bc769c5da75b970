import { maskCredentials } from '#lib/kube/mask.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { ToModelContext } from './context.ts';
import { sameText } from './meta.ts';
import { asNumber, asText, asWire, epochMs, optionalText, type Wire } from './wire.ts';

/**
 * Events come in three shapes: kubelet and controllers fill count/firstTimestamp/lastTimestamp, the scheduler
 * eventTime and series, and events.k8s.io names them regarding/note/deprecated… See events/v1 types.go.
 */
export function toEvent(object: Wire, { odd, text = sameText }: ToModelContext): KubeEvent {
  const meta = asWire(object['metadata']);
  const regarding = asWire(object['involvedObject'] ?? object['regarding']);
  const source = asWire(object['source'] ?? object['deprecatedSource']);
  const series = asWire(object['series']);
  const createdAt = epochMs(meta['creationTimestamp']);
  const eventAt = epochMs(object['eventTime']);
  const firstAt =
    epochMs(object['firstTimestamp'] ?? object['deprecatedFirstTimestamp']) ?? eventAt ?? createdAt;
  if (firstAt === undefined) odd('firstTimestamp');
  return {
    uid: asText(meta['uid']),
    namespace: text(asText(meta['namespace'])),
    name: asText(meta['name']),
    resourceVersion: asText(meta['resourceVersion']),
    regarding: {
      kind: text(asText(regarding['kind'])),
      namespace: text(asText(regarding['namespace'])),
      name: asText(regarding['name']),
      uid: asText(regarding['uid']),
      container: text(containerOf(regarding['fieldPath'])),
    },
    type: object['type'] === 'Warning' ? 'Warning' : 'Normal',
    reason: text(asText(object['reason'])),
    message: maskCredentials(asText(object['message'] ?? object['note'])),
    component: text(
      optionalText(source['component']) ??
        optionalText(object['reportingComponent']) ??
        asText(object['reportingController']),
    ),
    firstAt: firstAt ?? 0,
    lastAt: Math.max(
      epochMs(series['lastObservedTime']) ?? 0,
      epochMs(object['lastTimestamp'] ?? object['deprecatedLastTimestamp']) ?? 0,
      eventAt ?? 0,
      createdAt ?? 0,
      firstAt ?? 0,
    ),
    count: Math.max(
      1,
      asNumber(object['count'] ?? object['deprecatedCount'], 0),
      asNumber(series['count'], 0),
    ),
  };
}

/** `spec.containers{app}`, `spec.initContainers{migrate}`. */
function containerOf(fieldPath: unknown): string | undefined {
  return /^spec\.(?:containers|initContainers|ephemeralContainers)\{([^}]+)\}/.exec(asText(fieldPath))?.[1];
}
