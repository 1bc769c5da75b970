export type KubeconfigErrorCode =
  | 'unreadable'
  | 'not_yaml'
  | 'empty'
  | 'no_context'
  | 'unknown_context'
  | 'missing_cluster'
  | 'missing_user'
  | 'bad_server'
  | 'missing_file'
  | 'unsupported';

/** The kubeconfig exists and cannot be used. `message` is one sentence and never quotes the file's content. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly code: KubeconfigErrorCode;

  constructor(code: KubeconfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
