import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isolated } from './kubelet-config.ts';

/** @throws Error saying what a real kubelet lacks on this machine. */
export async function requireNamespaces(): Promise<void> {
  const [program = '', ...args] = isolated('10.244.0', ['true']);
  await promisify(execFile)(program, args).catch((error: unknown) => {
    const { stderr = '', message } = error as Error & { readonly stderr?: string }; // of execFile
    throw new Error(
      'A real kubelet runs in user, mount and network namespaces of its own: that takes Linux, `unshare` and `mount` ' +
        `(util-linux), \`ip\` (iproute2), and a kernel that lets this user make them.\n${stderr.trim() || message}`,
    );
  });
}
