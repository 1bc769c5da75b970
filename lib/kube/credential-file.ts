import { accessSync, constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { KubeconfigError } from './kubeconfig-error.ts';

/** Absolute path of a file a kubeconfig names. @throws KubeconfigError when it cannot be read. */
export function credentialFile(file: string, directory: string, what: string): string {
  const path = isAbsolute(file) ? file : join(directory, file);
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new KubeconfigError(
      'missing_file',
      `The ${what} ${path} cannot be read: ${fileErrorReason(error)}.`,
      {
        cause: error,
      },
    );
  }
  return path;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

/** Why a file could not be read, as the end of a sentence. */
export function fileErrorReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code || 'unknown error');
}
