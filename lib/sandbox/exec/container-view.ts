import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';
import { environmentOf } from '#lib/sandbox/kubelet/environment.ts';
import { IMAGES, type Image } from '#lib/sandbox/programs/images.ts';

type Values = Readonly<Record<string, string>>;

/** What a command in a container sees of it, apart from files and network. */
export type ContainerView = {
  readonly pod: KubeObject;
  readonly spec: JsonObject;
  readonly image?: Image;
  /** As the container was started. */
  readonly env: Values;
  readonly ip: string;
  readonly user: { readonly uid: number; readonly name: string };
  /** argv of the first process. */
  readonly argv: readonly string[];
};

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

/** Undefined for a container the Pod does not have. */
export function containerView(
  journal: Journal,
  pod: KubeObject,
  name: string,
  env?: Values,
): ContainerView | undefined {
  const spec = LISTS.flatMap((list) => objectsAt(pod, 'spec', list)).find((each) => each.name === name);
  if (!spec) return undefined;
  const image = IMAGES[parseImage(stringAt(spec, 'image') ?? '')?.repository ?? ''];
  const uid = runsAs(pod, spec);
  const view = spec as unknown as ContainerSpec; // wire edge
  return {
    pod,
    spec,
    image,
    env: env ?? startEnvironment(journal, pod, spec),
    ip: stringAt(pod, 'status', 'podIP') ?? '',
    user: { uid, name: uid === 0 ? 'root' : String(uid) },
    argv: view.command
      ? [...view.command, ...(view.args ?? [])]
      : [...(image?.entrypoint ?? []), ...(view.args ?? image?.cmd ?? [])],
  };
}

/** The environment a container started now would get: the runtime's own variables, then what its spec says. */
export function startEnvironment(journal: Journal, pod: KubeObject, spec: JsonObject): Values {
  const made = environmentOf(pod as unknown as Pod, spec as ContainerSpec, {
    configMaps: {
      get: (namespace, name) => journal.get('configmaps', namespace, name),
    },
    secrets: {
      get: (namespace, name) => journal.get('secrets', namespace, name),
    },
    ip: stringAt(pod, 'status', 'podIP') ?? '',
  });
  return {
    PATH,
    HOSTNAME: hostnameOf(pod),
    ...('env' in made ? made.env : {}),
    ...serviceVariables(journal),
    HOME: '/root',
  };
}

/** The one Service whose address every container gets (kubelet_pods.go, getServiceEnvVarMap). */
function serviceVariables(journal: Journal): Values {
  const ip = stringAt(journal.get('services', 'default', 'kubernetes'), 'spec', 'clusterIP');
  if (ip === undefined) return {};
  const port = `tcp://${ip}:443`;
  return {
    KUBERNETES_SERVICE_HOST: ip,
    KUBERNETES_SERVICE_PORT: '443',
    KUBERNETES_SERVICE_PORT_HTTPS: '443',
    KUBERNETES_PORT: port,
    KUBERNETES_PORT_443_TCP: port,
    KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
    KUBERNETES_PORT_443_TCP_PORT: '443',
    KUBERNETES_PORT_443_TCP_ADDR: ip,
  };
}

/** Names of Pods are cut to what a host name can be. */
export function hostnameOf(pod: KubeObject): string {
  return stringAt(pod, 'spec', 'hostname') ?? pod.metadata.name.slice(0, 63).replace(/[-.]+$/, '');
}

function runsAs(pod: KubeObject, spec: JsonObject): number {
  const context = [spec, (pod.spec ?? {}) as JsonObject].map(
    ({ securityContext }) => securityContext as JsonObject | undefined,
  );
  const uid = context.map((each) => each?.runAsUser).find((value) => typeof value === 'number');
  return uid ?? 0;
}
