const URL_USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]*(?:@[^\s/@"'<>]*)*@/gi;
const AUTHORIZATION = /\b(bearer|basic)\s+[a-z0-9._~+/=-]{6,}/gi;

/** Takes credentials out of a text before anyone sees it: `https://user:pw@host` and `Bearer ey...`. */
export function maskCredentials(text: string): string {
  if (text === '') return text;
  return text.replace(URL_USERINFO, '$1***@').replace(AUTHORIZATION, '$1 ***');
}

/** The same for a text that may be absent. A registry's error may quote the URL it was asked by. */
export const masked = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : maskCredentials(text);
