import { readiness } from '#lib/server/readiness.ts';
import { route } from '#lib/server/route.ts';
import { runtime } from '#lib/server/runtime.ts';

export const GET = route({ access: 'public' }, () => {
  const clusters = runtime()
    .started()
    .map((cluster) => cluster.view());
  const answer = readiness(clusters);
  return Response.json(answer, { status: answer.ready ? 200 : 503 });
});
