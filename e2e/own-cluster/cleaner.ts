import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Options = { readonly kubeconfig: string; readonly context: string; readonly selector: string };
export type Cleaner = {
  /** Deletes the namespaces now. @throws Error when they could not be deleted, with their label. */
  clean(): Promise<void>;
};

/** A process beside us that deletes the namespaces of a run when our end of its stdin closes, however that comes about. */
export async function startCleaner({ kubeconfig, context, selector }: Options): Promise<Cleaner> {
  const program = join(import.meta.dirname, 'delete-namespaces.ts');
  const child = spawn(process.execPath, [program, kubeconfig, context, selector], {
    detached: true, // Ctrl-C and a signal to our group are not for it
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  child.stdin.on('error', () => undefined);
  // Nothing may be created before somebody stands by to delete it.
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(([code]: (number | null)[]) => Promise.reject(new Error(`the cleaner ended (${code})`))),
  ]);
  return {
    clean: async () => {
      child.stdin.end();
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`Namespaces labelled ${selector} could not be deleted.`);
    },
  };
}
