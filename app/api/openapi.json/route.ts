import { openApiDocument } from '#lib/server/openapi.ts';
import { route } from '#lib/server/route.ts';
import { ROUTES } from '#lib/server/routes-table.ts';
import { version } from '#lib/server/version.ts';

export const GET = route({ access: 'public' }, () => openApiDocument(ROUTES, version()));
