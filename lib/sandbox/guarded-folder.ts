import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type GuardedFolder = { readonly path: string; remove(): Promise<void> };

/**
 * Waits for the end of our pipe, which also comes when we are killed. Programs that die with us may still be writing, so
 * it looks again until the folder is gone.
 */
const GUARD =
  'cat >/dev/null; for n in 1 2 3 4 5 6 7 8 9; do rm -rf "$1"; [ -e "$1" ] || exit 0; sleep 1; done';

/** A new folder that does not outlive this process, even when it is killed: for what holds tokens and keys. */
export async function createGuardedFolder(prefix: string, parent: string = tmpdir()): Promise<GuardedFolder> {
  const path = await mkdtemp(join(parent, prefix));
  // There is no such shell on Windows; there a killed run leaves its folder.
  if (process.platform === 'win32') return { path, remove: () => removed(path) };
  const guard = spawn('sh', ['-c', GUARD, 'guard', path], {
    detached: true, // Ctrl-C and a signal to our group are not for it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return {
    path,
    remove: async () => {
      await removed(path);
      guard.stdin.destroy();
    },
  };
}

const removed = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
