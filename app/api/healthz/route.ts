import { route } from '#lib/server/route.ts';
import { version } from '#lib/server/version.ts';

export const GET = route({ access: 'public' }, () => ({ status: 'ok', version: version() }));
