import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectAt, objectsAt, stringAt, stringMapAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { TOOLS } from '#lib/sandbox/programs/shell.ts';
import { hostnameOf, type ContainerView } from './container-view.ts';

/** Path to content. A path that ends with a slash is a directory that may be empty. */
export type Files = ReadonlyMap<string, string>;

export const CLUSTER_DOMAIN = 'cluster.local';
export const DNS_ADDRESS = '10.96.0.10';

const EMPTY_DIRECTORIES = [
  '/dev/',
  '/home/',
  '/opt/',
  '/proc/',
  '/root/',
  '/sys/',
  '/tmp/',
  '/usr/',
  '/var/',
];

/** The files of a container, as far as anybody looks: what Kubernetes mounts and writes, and where the programs are. */
export function containerFiles(journal: Journal, view: ContainerView): Files {
  const { pod, ip, image } = view;
  const namespace = pod.metadata.namespace ?? '';
  const host = hostnameOf(pod);
  const search = [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
  return new Map([
    ...EMPTY_DIRECTORIES.map((path): [string, string] => [path, '']),
    ...(image?.isDistroless ? [] : userland()),
    ...binaries(image?.binaries ?? []),
    ['/etc/hostname', `${host}\n`],
    ['/etc/hosts', hostsFile(ip, host)],
    ['/etc/resolv.conf', `search ${search.join(' ')}\nnameserver ${DNS_ADDRESS}\noptions ndots:5\n`],
    ['/dev/termination-log', ''],
    ...mountedFiles(journal, view),
  ]);
}

function userland(): readonly [string, string][] {
  const tools = TOOLS.filter((tool) => !tool.includes('/')).map((tool): [string, string] => [
    `/bin/${tool}`,
    ELF,
  ]);
  return [
    ...tools,
    ['/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n'],
    [
      '/etc/os-release',
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n',
    ],
  ];
}

/** Nobody reads programs; this is how they begin. */
const ELF = '\u007fELF';

function binaries(names: readonly string[]): readonly [string, string][] {
  return names.map((name) => [name.startsWith('/') ? name : `/usr/local/bin/${name}`, ELF]);
}

function hostsFile(ip: string, host: string): string {
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${ip}\t${host}`,
    '',
  ].join('\n');
}

function mountedFiles(journal: Journal, { pod, spec }: ContainerView): readonly [string, string][] {
  const volumes = objectsAt(pod, 'spec', 'volumes');
  return objectsAt(spec, 'volumeMounts').flatMap((mount) => {
    const volume = volumes.find(({ name }) => name === mount.name);
    const at = (stringAt(mount, 'mountPath') ?? '').replace(/\/+$/, '');
    const content = volume ? volumeFiles(journal, pod, volume) : new Map<string, string>();
    const subPath = stringAt(mount, 'subPath');
    if (subPath !== undefined) {
      const file = content.get(subPath);
      return file === undefined ? [[`${at}/`, ''] as [string, string]] : [[at, file] as [string, string]];
    }
    const files = [...content].map(([name, text]): [string, string] => [`${at}/${name}`, text]);
    return [[`${at}/`, ''], ...files];
  });
}

function volumeFiles(journal: Journal, pod: KubeObject, volume: JsonObject): Files {
  const sources = volume.projected ? objectsAt(volume, 'projected', 'sources') : [volume];
  return new Map(sources.flatMap((source) => [...sourceFiles(journal, pod, source)]));
}

function sourceFiles(journal: Journal, pod: KubeObject, source: JsonObject): Files {
  const namespace = pod.metadata.namespace ?? '';
  const { configMap, secret, serviceAccountToken, downwardAPI } = source;
  if (configMap !== undefined) {
    const found = journal.get('configmaps', namespace, stringAt(configMap, 'name') ?? '');
    return selected(stringMapAt(found, 'data'), configMap as JsonObject);
  }
  if (secret !== undefined) {
    const name = stringAt(secret, 'secretName') ?? stringAt(secret, 'name') ?? '';
    const data = Object.entries(stringMapAt(journal.get('secrets', namespace, name), 'data'));
    const decoded = data.map(([key, text]): [string, string] => [
      key,
      Buffer.from(text, 'base64').toString('utf8'),
    ]);
    return selected(Object.fromEntries(decoded), secret as JsonObject);
  }
  if (serviceAccountToken !== undefined) {
    return new Map([[stringAt(serviceAccountToken, 'path') ?? 'token', accountToken(pod)]]);
  }
  if (downwardAPI !== undefined) return new Map(downwardFiles(pod, downwardAPI as JsonObject));
  return new Map();
}

/** Every key is a file, or those that `items` names, under the paths it gives. */
function selected(data: Readonly<Record<string, string>>, source: JsonObject): Files {
  const items = objectsAt(source, 'items');
  if (items.length === 0) return new Map(Object.entries(data));
  return new Map(
    items.flatMap((item): [string, string][] => {
      const text = data[stringAt(item, 'key') ?? ''];
      return text === undefined ? [] : [[stringAt(item, 'path') ?? '', text]];
    }),
  );
}

function downwardFiles(pod: KubeObject, source: JsonObject): readonly [string, string][] {
  return objectsAt(source, 'items').map((item) => {
    const path = stringAt(item, 'fieldRef', 'fieldPath') ?? '';
    const field = path.replace(/^metadata\./, '');
    const value = objectAt(pod, 'metadata')[field];
    return [stringAt(item, 'path') ?? '', typeof value === 'string' ? value : ''];
  });
}

/** Shaped like a token, signed by nobody: it opens nothing. */
function accountToken(pod: KubeObject): string {
  const account = stringAt(pod, 'spec', 'serviceAccountName') ?? 'default';
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const subject = `system:serviceaccount:${pod.metadata.namespace ?? ''}:${account}`;
  return `${part({ alg: 'RS256' })}.${part({ iss: 'https://kubernetes.default.svc.cluster.local', sub: subject })}.unsigned`;
}
