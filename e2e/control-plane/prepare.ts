import { CannotBuildHere, ensureControlPlaneBuilt } from './build.ts';

/**
 * Builds the control plane when it is not there yet. Exit codes: 0 it is there, 1 its build failed, 2 it cannot be built on
 * this machine.
 */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
if (process.connected) process.once('disconnect', () => process.exit(1));
try {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await ensureControlPlaneBuilt({ say, signal: stopping.signal });
  process.exit(0);
} catch (error) {
  const cannot = error instanceof CannotBuildHere;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${cannot ? 'control plane suite not run: ' : ''}${message}\n`);
  process.exit(cannot ? 2 : 1);
}
