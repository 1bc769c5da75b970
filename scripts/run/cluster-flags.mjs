import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run test:cluster                                  on a real control plane, built here with Go
       npm run test:cluster -- --context <name> --yes      on a cluster of your own

  --context <name>     the context of your kubeconfig
  --kubeconfig <file>  default: $KUBECONFIG, then ~/.kube/config
  --yes                yes, in that cluster: without it you are told what would be done
  --help               this text`;

/**
 * What `npm run test:cluster` was asked for. A cluster that exists is used only when it is named and agreed to.
 * @param {readonly string[]} args
 * @param {{ env: Record<string, string | undefined>, home: string, exists: (path: string) => boolean }} machine
 * @returns {{ kind: 'built' } | { kind: 'help' } | { kind: 'refused', message: string } | { kind: 'own', context: string, kubeconfig: string }}
 */
export function parseClusterFlags(
  args,
  { env, home, exists } = { env: process.env, home: homedir(), exists: existsSync },
) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { context: text, kubeconfig: text, yes: flag, help: flag },
    }));
  } catch (error) {
    return refusal(`${error.message}\n\n${USAGE}`);
  }
  const { context, yes = false, help = false } = values;
  if (help) return { kind: 'help' };
  if (context === undefined) {
    const alone = ['yes', 'kubeconfig'].find((name) => values[name] !== undefined);
    return alone
      ? refusal(`--${alone} is about a cluster of your own: name it with --context.`)
      : { kind: 'built' };
  }
  if (context === '') return refusal('--context needs the name of a context.');
  const found = values.kubeconfig ?? (env.KUBECONFIG || join(home, '.kube', 'config'));
  if (values.kubeconfig === undefined && found.split(delimiter).filter(Boolean).length > 1)
    return refusal('$KUBECONFIG names several files: choose one with --kubeconfig.');
  const kubeconfig = resolve(found);
  if (!exists(kubeconfig)) return refusal(`There is no kubeconfig ${kubeconfig}.`);
  return yes ? { kind: 'own', context, kubeconfig } : refusal(intention({ context, kubeconfig }));
}

const refusal = (message) => ({ kind: 'refused', message });

const intention = ({ context, kubeconfig }) =>
  `In the cluster of context ${context} of ${kubeconfig} this would
- create namespaces called uncrash-test-<random>-<name>, labelled uncrash-test/run,
- create Deployments of images that do not exist, Secrets and ConfigMaps in them, and change those Deployments,
- delete these namespaces at the end, also when it is interrupted.
It would not touch nodes, other namespaces or anything else. Nothing was done; add --yes to do it.`;
