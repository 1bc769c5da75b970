import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { fileErrorReason } from './credential-file.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import type { Entry, ParsedKubeconfig } from './kubeconfig-merge.ts';
import { asWire, asWires, isWire, optionalText } from './to-model/wire.ts';

/** Reads one file without following what it names. @throws KubeconfigError: unreadable, empty, not YAML. */
export function readKubeconfigFile(file: string): ParsedKubeconfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new KubeconfigError(
      'unreadable',
      `The kubeconfig ${file} cannot be read: ${fileErrorReason(error)}.`,
      {
        cause: error,
      },
    );
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
    // `prettyErrors` would quote the broken line, and that line may be a token.
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
