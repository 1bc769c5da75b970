import type { Probe, ProbeHandler } from '#lib/model/pod-template.ts';
import {
  asNumber,
  asPort,
  asText,
  asTexts,
  asWire,
  isWire,
  optionalNumber,
  optionalText,
  type Wire,
} from './wire.ts';

/** Defaults as documented: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe */
export function toProbe(value: unknown): Probe | undefined {
  if (!isWire(value)) return undefined;
  const handler = toHandler(value);
  if (!handler) return undefined;
  return {
    handler,
    initialDelaySeconds: asNumber(value['initialDelaySeconds'], 0),
    periodSeconds: asNumber(value['periodSeconds'], 10),
    timeoutSeconds: asNumber(value['timeoutSeconds'], 1),
    failureThreshold: asNumber(value['failureThreshold'], 3),
    successThreshold: asNumber(value['successThreshold'], 1),
    terminationGracePeriodSeconds: optionalNumber(value['terminationGracePeriodSeconds']),
  };
}

function toHandler(probe: Wire): ProbeHandler | undefined {
  if (isWire(probe['httpGet'])) {
    const http = probe['httpGet'];
    return {
      kind: 'http',
      path: asText(http['path'], '/') || '/',
      port: asPort(http['port']),
      scheme: http['scheme'] === 'HTTPS' ? 'HTTPS' : 'HTTP',
      host: optionalText(http['host']),
    };
  }
  if (isWire(probe['tcpSocket'])) return { kind: 'tcp', port: asPort(probe['tcpSocket']['port']) };
  if (isWire(probe['grpc'])) {
    const { port, service } = probe['grpc'];
    return { kind: 'grpc', port: asNumber(port, 0), service: optionalText(service) };
  }
  return 'exec' in probe ? { kind: 'exec', command: asTexts(asWire(probe['exec'])['command']) } : undefined;
}
