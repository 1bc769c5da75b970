import { gzipSync } from 'node:zlib';

export type InitialScript = { readonly source: string; readonly gzipBytes: number };

/**
 * The scripts a page names in its HTML, compressed (bytes): what has to be there before the page can be used. Those for
 * browsers without modules are never fetched by others; what a page fetches later is not part of it.
 */
export async function initialScripts(url: string): Promise<readonly InitialScript[]> {
  const page = await fetch(url);
  const html = await page.text();
  const tags = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"[^>]*>/g)];
  const sources = new Set(
    tags.flatMap(([tag, source]) => (/nomodule/i.test(tag) || !source ? [] : [source])),
  );
  return Promise.all(
    [...sources].map(async (source) => {
      const response = await fetch(new URL(source, page.url));
      if (!response.ok) throw new Error(`${source} was answered with ${response.status}`);
      return { source, gzipBytes: gzipSync(Buffer.from(await response.arrayBuffer())).byteLength };
    }),
  );
}
