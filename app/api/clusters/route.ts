import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'read' }, () => runtime().clusters());
