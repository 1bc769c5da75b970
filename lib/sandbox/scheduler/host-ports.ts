import type { ContainerPort, Pod } from '#lib/sandbox/client/objects.ts';

const ANY = '0.0.0.0';

const hostPorts = ({ spec }: Pod): readonly ContainerPort[] =>
  [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ].flatMap(({ ports = [] }) => ports.filter(({ hostPort = 0 }) => hostPort > 0));

/** Whether a port of the node the pod wants is taken (framework/types.go, HostPortInfo). */
export function wantsTakenPort(pod: Pod, onNode: readonly Pod[]): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return false;
  const taken = onNode.flatMap(hostPorts);
  return wanted.some((port) => taken.some((other) => clash(port, other)));
}

function clash(a: ContainerPort, b: ContainerPort): boolean {
  const [ipA, ipB] = [a.hostIP || ANY, b.hostIP || ANY];
  return (
    a.hostPort === b.hostPort &&
    (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP') &&
    (ipA === ipB || ipA === ANY || ipB === ANY)
  );
}
