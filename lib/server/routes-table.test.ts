import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { OWN_ROUTES } from './own-routes.ts';
import { PAGES, ROUTES } from './routes-table.ts';

const APP = join(import.meta.dirname, '..', '..', 'app');
/** Answers what no other route does. */
const UNKNOWN = 'api/[...unknown]/route.ts';
const rows = ROUTES.map(({ method, path }) => `${method} ${path}`);

/** `api/pods/[namespace]/route.ts` exporting GET is `GET /api/pods/{namespace}`. */
function handlersOnDisk(): string[] {
  return readdirSync(APP, { recursive: true })
    .map(String)
    .filter((file) => /(^|\/)route\.tsx?$/.test(file) && file !== UNKNOWN)
    .flatMap((file) => {
      const path = `/${file.replace(/\/?route\.tsx?$/, '')}`.replaceAll(/\[(\w+)\]/g, '{$1}');
      const source = readFileSync(join(APP, file), 'utf8');
      const methods = [...source.matchAll(/export (?:const|(?:async )?function) ([A-Z]+)\b/g)];
      return methods.map(([, method]) => `${method} ${path}`);
    });
}

describe('the table of routes', () => {
  it('has a row for every handler on disk or of our own, and a handler for every row', () => {
    const own = [...OWN_ROUTES.keys()].map((path) => `GET ${path}`);
    expect([...handlersOnDisk(), ...own].toSorted()).toEqual(rows.toSorted());
  });

  it('has every page on disk', () => {
    const pages = readdirSync(APP, { recursive: true })
      .map(String)
      .filter((file) => /(^|\/)page\.tsx$/.test(file))
      .map((file) => `/${file.replace(/\/?page\.tsx$/, '')}`.replaceAll(/\[(\w+)\]/g, '{$1}'));
    expect(pages.toSorted()).toEqual(PAGES.toSorted());
  });

  it('names nothing twice', () => expect(new Set(rows).size).toBe(rows.length));

  it('lets nothing but a POST write', () => {
    expect(ROUTES.filter(({ access, method }) => access === 'write' && method !== 'POST')).toEqual([]);
  });
});

describe('every handler on disk', () => {
  it.each(
    readdirSync(APP, { recursive: true })
      .map(String)
      .filter((file) => /(^|\/)route\.tsx?$/.test(file)),
  )('%s goes through route(), which checks the request', (file) => {
    const source = readFileSync(join(APP, file), 'utf8');
    const exported = [...source.matchAll(/export (.*)/g)].map(([, rest]) => rest ?? '');
    expect(exported.length).toBeGreaterThan(0);
    for (const rest of exported) expect(rest).toMatch(/^const [A-Z]+ = route\(/);
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(ROUTES, '1.2.3') as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; parameters?: object[] }>>;
  };
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

  it('describes every row under a name of its own', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
  });

  it('takes parameters from the path and from the query schema', () => {
    expect(document.paths['/api/pods/{namespace}/{name}/logs']?.get?.parameters).toEqual(
      expect.arrayContaining([
        { name: 'namespace', in: 'path', required: true, schema: { type: 'string' } },
        expect.objectContaining({ name: 'container', in: 'query', required: true }),
        expect.objectContaining({ name: 'tail', in: 'query', required: false }),
      ]),
    );
  });

  it('is plain JSON', () => expect(JSON.parse(JSON.stringify(document))).toEqual(document));
});
