import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { KubeconfigSource } from './find-kubeconfig.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { mergeKubeconfigs, type Entry, type ParsedKubeconfig } from './kubeconfig-merge.ts';
import { asTexts, asWire, asWires, isWire, optionalText, type Wire } from './to-model/wire.ts';

/** A file, or bytes written into the kubeconfig itself. */
export type Material = { readonly file: string } | { readonly data: Buffer };

export type ExecPlugin = {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
};

/** How a user proves who they are. `authProvider` is the legacy block (oidc), left to client-node. */
export type UserConfig = {
  readonly name: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  readonly certificate?: { readonly cert: Material; readonly key: Material };
  readonly exec?: ExecPlugin;
  readonly authProvider?: Wire;
};

export type ClusterConfig = {
  readonly name: string;
  /** Without a trailing slash; may carry a path prefix. */
  readonly server: string;
  readonly ca?: Material;
  readonly tlsServerName?: string;
  readonly insecureTls: boolean;
  readonly proxyUrl?: string;
};

/** One context, everything resolved: what a connection is made from. */
export type ContextConfig = {
  readonly context: string;
  readonly namespace?: string;
  readonly cluster: ClusterConfig;
  readonly user: UserConfig;
};

export type Kubeconfig = {
  readonly contexts: readonly { readonly name: string; readonly cluster: string }[];
  readonly currentContext?: string;
  /** @throws KubeconfigError when the context, its cluster or user is missing or unusable. */
  resolve(context?: string): ContextConfig;
};

/** The name of the only context of a service account. */
const IN_CLUSTER = 'in-cluster';

/** Reads a kubeconfig or a service account. @throws KubeconfigError with one clear sentence. */
export function readKubeconfig(source: Exclude<KubeconfigSource, { source: 'none' }>): Kubeconfig {
  if (source.source === 'in-cluster') return serviceAccountConfig(source);
  // kubectl ignores missing files of the $KUBECONFIG list; a list of which nothing exists is a mistake.
  const files = source.source === 'env' ? source.files.filter((file) => existsSync(file)) : source.files;
  if (files.length === 0) {
    throw new KubeconfigError(
      'unreadable',
      `None of the files in $KUBECONFIG exists: ${source.files.join(', ')}.`,
    );
  }
  const merged = mergeKubeconfigs(files.map((file) => parseFile(resolve(file))));
  const label = files.join(', ');
  if (merged.contexts.size === 0)
    throw new KubeconfigError('empty', `The kubeconfig ${label} has no contexts.`);
  return {
    contexts: [...merged.contexts].map(([name, { value }]) => ({
      name,
      cluster: optionalText(value['cluster']) ?? '',
    })),
    currentContext: merged.currentContext,
    resolve: (context) => resolveContext(merged, label, context),
  };
}

function parseFile(file: string): ParsedKubeconfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new KubeconfigError('unreadable', `The kubeconfig ${file} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  if (text.trim() === '') throw new KubeconfigError('empty', `The kubeconfig ${file} is empty.`);
  const document = parseYaml(file, text);
  if (!isWire(document))
    throw new KubeconfigError('not_yaml', `The kubeconfig ${file} is not a mapping of settings.`);
  return {
    clusters: entries(document['clusters'], 'cluster', file),
    users: entries(document['users'], 'user', file),
    contexts: entries(document['contexts'], 'context', file),
    currentContext: optionalText(document['current-context']),
  };
}

function parseYaml(file: string, text: string): unknown {
  try {
    // `prettyErrors` would quote the broken line, and that line may be a token. `silent` would swallow errors, too.
    return parse(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    const line = error instanceof YAMLParseError ? text.slice(0, error.pos[0]).split('\n').length : undefined;
    throw new KubeconfigError(
      'not_yaml',
      `The kubeconfig ${file} is not valid YAML${line ? ` (line ${line})` : ''}.`,
    );
  }
}

function entries(list: unknown, key: string, file: string): Map<string, Entry> {
  const named = asWires(list).flatMap((item) => {
    const name = optionalText(item['name']);
    return name === undefined
      ? []
      : ([[name, { value: asWire(item[key]), directory: dirname(file) }]] as const);
  });
  // The first of two equal names wins, as in kubectl.
  return new Map(named.toReversed());
}

function resolveContext(merged: ParsedKubeconfig, label: string, wanted: string | undefined): ContextConfig {
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
    tokenFile: tokenFile === undefined ? undefined : readable(tokenFile, directory, 'token file'),
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
    : { file: readable(file, directory, key.replaceAll('-', ' ') + ' file') };
}

function readable(file: string, directory: string, what: string): string {
  const path = isAbsolute(file) ? file : join(directory, file);
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new KubeconfigError('missing_file', `The ${what} ${path} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  return path;
}

function serviceAccountConfig({ directory, server }: { directory: string; server: string }): Kubeconfig {
  const namespaceFile = join(directory, 'namespace');
  const resolved = (): ContextConfig => ({
    context: IN_CLUSTER,
    namespace: existsSync(namespaceFile)
      ? readFileSync(namespaceFile, 'utf8').trim() || undefined
      : undefined,
    cluster: {
      name: IN_CLUSTER,
      server,
      ca: { file: readable('ca.crt', directory, 'certificate authority file') },
      insecureTls: false,
    },
    user: { name: 'service account', tokenFile: readable('token', directory, 'token file') },
  });
  return {
    contexts: [{ name: IN_CLUSTER, cluster: IN_CLUSTER }],
    currentContext: IN_CLUSTER,
    resolve: (context) => {
      if (context !== undefined && context !== IN_CLUSTER) {
        throw new KubeconfigError(
          'unknown_context',
          `There is no context "${context}": inside a cluster there is only "${IN_CLUSTER}".`,
        );
      }
      return resolved();
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code || 'unknown error');
}
