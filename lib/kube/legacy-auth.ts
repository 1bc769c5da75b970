import { KubeconfigError } from './kubeconfig-error.ts';
import type { Wire } from './to-model/wire.ts';

/**
 * The `auth-provider` block of old kubeconfigs (oidc, and gcp/azure before their plugins) is left to
 * client-node. Loaded only when needed: importing it costs 0.4 s and about 90 MB.
 */
export async function legacyAuth(context: string, user: string, provider: Wire): Promise<string | undefined> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  // One object per context: its authenticators keep state that contexts must not share.
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: context, server: 'https://unused.invalid', skipTLSVerify: false }],
    users: [{ name: user, authProvider: provider }],
    contexts: [{ name: context, cluster: context, user }],
    currentContext: context,
  });
  const options: { headers: Record<string, string> } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new KubeconfigError('unsupported', `The auth-provider of user "${user}" gave no credentials.`, {
      cause: error,
    });
  }
  return options.headers['Authorization'];
}
