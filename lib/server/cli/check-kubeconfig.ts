import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from './start-error.ts';

const Kubeconfig = z.object({
  'current-context': z.string().nullish(),
  contexts: z.array(z.object({ name: z.string() })).nullish(),
});

/**
 * Refuses to start on a kubeconfig that cannot be used, naming the file and the reason.
 * @throws StartError when a file cannot be read or parsed, or the context does not exist.
 */
export function checkKubeconfig(paths: readonly string[], wanted: string | undefined): void {
  const files = paths.map(readKubeconfig);
  const contexts = files.flatMap((file) => (file.contexts ?? []).map(({ name }) => name));
  const where = paths.join(', ');
  if (contexts.length === 0) throw new StartError(`kubeconfig ${where} has no contexts`);
  const context = wanted ?? files.map((file) => file['current-context']).find(Boolean);
  if (!context) {
    throw new StartError(
      `kubeconfig ${where} has no current context; choose with --context: ${some(contexts)}`,
    );
  }
  if (!contexts.includes(context)) {
    throw new StartError(`kubeconfig ${where} has no context "${context}"; it has: ${some(contexts)}`);
  }
}

function readKubeconfig(path: string): z.infer<typeof Kubeconfig> {
  const text = readText(path);
  let document: unknown;
  try {
    document = parse(text, { logLevel: 'silent' });
  } catch (error) {
    // Only the first line: the rest of the parser's message quotes the file, which holds credentials.
    const [reason = 'not YAML'] = error instanceof Error ? error.message.split('\n', 1) : [];
    throw new StartError(`kubeconfig ${path} is not valid YAML: ${reason.replace(/:$/, '')}`);
  }
  const parsed = Kubeconfig.safeParse(document);
  if (!parsed.success) throw new StartError(`${path} is not a kubeconfig`);
  return parsed.data;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read by you'
          : `cannot be read (${code})`;
    throw new StartError(`kubeconfig ${path} ${reason}`);
  }
}

const some = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
