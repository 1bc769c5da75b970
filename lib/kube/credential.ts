/** What one request needs: a header and the TLS identity. Equal identities share one connection pool. */
export type Credentials = {
  readonly authorization?: string;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly ca?: string | Buffer;
  /** Undefined: good until refused. */
  readonly expiresAt?: number;
};
