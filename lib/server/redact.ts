const RULES: readonly (readonly [RegExp, string])[] = [
  // user:password@ in URLs, also of registries
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@'],
  // JSON Web Tokens: service account tokens, OIDC
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, '***'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 ***'],
  [
    /(["']?\b(?:authorization|cookie|password|passwd|secret|token|api[-_]?key|client-key-data|client-certificate-data)["']?\s*[:=]\s*)(["']?)[^\s"',;}]+\2/gi,
    '$1***',
  ],
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, '***'],
];

/** Masks what looks like a credential. For log lines and error texts of others, which may quote what they were sent. */
export function redact(text: string): string {
  return RULES.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
