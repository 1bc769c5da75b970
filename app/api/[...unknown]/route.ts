import { AppError } from '#lib/server/app-error.ts';
import { route } from '#lib/server/route.ts';

const missing = () => {
  throw new AppError('not_found', 'There is no such API path.');
};

export const GET = route({ access: 'public' }, missing);
export const POST = route({ access: 'public' }, missing);
