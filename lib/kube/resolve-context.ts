import { isAbsolute, join } from 'node:path';
import type { ClusterConfig, ContextConfig, ExecPlugin, Material, UserConfig } from './context-config.ts';
import { credentialFile } from './credential-file.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import type { Entry, ParsedKubeconfig } from './kubeconfig-merge.ts';
import { asTexts, asWires, isWire, optionalText, type Wire } from './to-model/wire.ts';

/**
 * Everything one context needs, from the merged files; `label` names them in messages.
 * @throws KubeconfigError when the context, its cluster or user is missing or unusable.
 */
export function resolveContext(
  merged: ParsedKubeconfig,
  label: string,
  wanted: string | undefined,
): ContextConfig {
  const name = wanted ?? merged.currentContext;
  if (name === undefined) {
    throw new KubeconfigError(
      'no_context',
      `The kubeconfig ${label} has no current context; choose one with --context.`,
    );
  }
  const context = merged.contexts.get(name);
  if (!context) {
    const known = [...merged.contexts.keys()].join(', ');
    throw new KubeconfigError(
      'unknown_context',
      `There is no context "${name}" in ${label}; it has: ${known}.`,
    );
  }
  const clusterName = optionalText(context.value['cluster']);
  const cluster = merged.clusters.get(clusterName ?? '');
  if (!cluster || clusterName === undefined) {
    throw new KubeconfigError(
      'missing_cluster',
      `Context "${name}" names the cluster "${clusterName ?? ''}", which ${label} does not define.`,
    );
  }
  const userName = optionalText(context.value['user']);
  const user = merged.users.get(userName ?? '');
  if (userName !== undefined && !user) {
    throw new KubeconfigError(
      'missing_user',
      `Context "${name}" names the user "${userName}", which ${label} does not define.`,
    );
  }
  return {
    context: name,
    namespace: optionalText(context.value['namespace']),
    cluster: clusterConfig(clusterName, cluster),
    user: user ? userConfig(userName ?? '', user) : { name: 'anonymous' },
  };
}

function clusterConfig(name: string, { value, directory }: Entry): ClusterConfig {
  const server = optionalText(value['server']) ?? '';
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    throw new KubeconfigError('bad_server', `The server of cluster "${name}" is not an http(s) address.`);
  }
  const proxyUrl = optionalText(value['proxy-url']);
  if (proxyUrl !== undefined && (!URL.canParse(proxyUrl) || !/^https?:$/.test(new URL(proxyUrl).protocol))) {
    throw new KubeconfigError('unsupported', `The proxy-url of cluster "${name}" is not an http(s) address.`);
  }
  return {
    name,
    server: server.replace(/\/+$/, ''),
    ca: material(value, 'certificate-authority', directory),
    tlsServerName: optionalText(value['tls-server-name']),
    insecureTls: value['insecure-skip-tls-verify'] === true,
    proxyUrl,
  };
}

function userConfig(name: string, { value, directory }: Entry): UserConfig {
  const cert = material(value, 'client-certificate', directory);
  const key = material(value, 'client-key', directory);
  if (cert && !key)
    throw new KubeconfigError('missing_file', `User "${name}" has a client certificate without a key.`);
  const tokenFile = optionalText(value['tokenFile']);
  const username = optionalText(value['username']);
  return {
    name,
    token: optionalText(value['token']),
    tokenFile: tokenFile === undefined ? undefined : credentialFile(tokenFile, directory, 'token file'),
    basic: username === undefined ? undefined : { username, password: optionalText(value['password']) ?? '' },
    certificate: cert && key ? { cert, key } : undefined,
    exec: isWire(value['exec']) ? execPlugin(name, value['exec'], directory) : undefined,
    authProvider: isWire(value['auth-provider']) ? value['auth-provider'] : undefined,
  };
}

function execPlugin(user: string, value: Wire, directory: string): ExecPlugin {
  const command = optionalText(value['command']);
  if (!command)
    throw new KubeconfigError('unsupported', `The credential plugin of user "${user}" has no command.`);
  return {
    apiVersion: optionalText(value['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    // client-go: a command with a path separator is relative to the kubeconfig, a bare one is looked up in $PATH.
    command: /[\\/]/.test(command) && !isAbsolute(command) ? join(directory, command) : command,
    args: asTexts(value['args']),
    env: Object.fromEntries(
      asWires(value['env']).map((item) => [
        optionalText(item['name']) ?? '',
        optionalText(item['value']) ?? '',
      ]),
    ),
    installHint: optionalText(value['installHint']),
    provideClusterInfo: value['provideClusterInfo'] === true,
    interactiveMode: optionalText(value['interactiveMode']) ?? 'IfAvailable',
  };
}
/** `<key>-data` (base64) wins over `<key>` (a file), as in kubectl. */
function material(value: Wire, key: string, directory: string): Material | undefined {
  const data = optionalText(value[`${key}-data`]);
  if (data !== undefined) return { data: Buffer.from(data, 'base64') };
  const file = optionalText(value[key]);
  return file === undefined
    ? undefined
    : { file: credentialFile(file, directory, key.replaceAll('-', ' ') + ' file') };
}
