import { readFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { runExecPlugin } from './exec-plugin.ts';
import type { ContextConfig, Material, UserConfig } from './context-config.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { legacyAuth } from './legacy-auth.ts';
import type { Credentials } from './credential.ts';

/** Files are read again this often, as in client-go (transport/token_source.go). */
const FILE_PERIOD_MS = 60_000;
/** A token this close to its end is renewed before use: the request still has to travel. */
const EXPIRY_LEEWAY_MS = 10_000;

export interface CredentialSource {
  /** Current credentials; concurrent callers share one load. @throws KubeconfigError when they cannot be had. */
  current(): Promise<Credentials>;
  /** The API server refused `used`. Forgets them, unless somebody already did. */
  refused(used: Credentials): void;
}

/** Caches one context's credentials until they expire, are refused, or their files are due to be read again. */
export function createCredentialSource(config: ContextConfig, clock: Clock): CredentialSource {
  let cached: Credentials | undefined;
  let loading: Promise<Credentials> | undefined;

  const load = async () => {
    try {
      cached = await loadCredentials(config, clock);
      return cached;
    } finally {
      loading = undefined;
    }
  };

  return {
    async current() {
      if (cached && (cached.expiresAt === undefined || clock.now() < cached.expiresAt - EXPIRY_LEEWAY_MS)) {
        return cached;
      }
      return (loading ??= load());
    },
    refused(used) {
      if (cached === used) cached = undefined;
    },
  };
}

async function loadCredentials(
  { cluster, user, context }: ContextConfig,
  clock: Clock,
): Promise<Credentials> {
  const [ca, identity] = await Promise.all([readMaterial(cluster.ca), userCredentials()]);
  const readsFiles = [cluster.ca, user.certificate?.cert, user.certificate?.key].some(
    (part) => part && 'file' in part,
  );
  const rereadAt =
    readsFiles || user.tokenFile !== undefined ? clock.now() + FILE_PERIOD_MS + EXPIRY_LEEWAY_MS : undefined;
  return { ...identity, ca, expiresAt: earliest(identity.expiresAt, rereadAt) };

  async function userCredentials(): Promise<Credentials> {
    const [cert, key] = await Promise.all([
      readMaterial(user.certificate?.cert),
      readMaterial(user.certificate?.key),
    ]);
    const own = { cert, key, authorization: await ownAuthorization(user) };
    if (user.exec) return { ...own, ...(await runExecPlugin(user.exec, { cluster, clock })) };
    if (user.authProvider && !own.authorization) {
      return { ...own, authorization: await legacyAuth(context, user.name, user.authProvider) };
    }
    return own;
  }
}

/** kubectl's order: a token file wins over a token, a token over a password. */
async function ownAuthorization(user: UserConfig): Promise<string | undefined> {
  const token = user.tokenFile === undefined ? user.token : (await readText(user.tokenFile)).trim();
  if (token) return `Bearer ${token}`;
  if (!user.basic) return undefined;
  return `Basic ${Buffer.from(`${user.basic.username}:${user.basic.password}`).toString('base64')}`;
}

async function readMaterial(material: Material | undefined): Promise<Buffer | undefined> {
  if (!material) return undefined;
  return 'data' in material ? material.data : Buffer.from(await readText(material.file));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new KubeconfigError('missing_file', `The credential file ${file} cannot be read any more.`, {
      cause: error,
    });
  }
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
