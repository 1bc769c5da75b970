/** Input that is not what kubectl prints. `line` and `column` count from 1. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';

  constructor(file: string, position: { readonly line: number; readonly column: number }, reason: string) {
    super(`${file}:${position.line}:${position.column}: ${reason}`);
  }
}
