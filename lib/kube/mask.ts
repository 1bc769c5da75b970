const URL_USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]*(?:@[^\s/@"'<>]*)*@/gi;
const AUTHORIZATION = /\b(bearer|basic)\s+[a-z0-9._~+/=-]{6,}/gi;

/** Takes credentials out of a text before anyone sees it: `https://user:pw@host` and `Bearer ey...`. */
export function maskCredentials(text: string): string {
  return text.replace(URL_USERINFO, '$1***@').replace(AUTHORIZATION, '$1 ***');
}
