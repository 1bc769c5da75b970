import { z } from 'zod';

/** Query of GET /api/pods/{namespace}/{name}/logs. The answer is text/plain; with follow it streams. */
export const LogsQuery = z.object({
  cluster: z.string().optional(),
  container: z.string().min(1).max(253),
  previous: z.enum(['true', 'false']).default('false'),
  follow: z.enum(['true', 'false']).default('false'),
  timestamps: z.enum(['true', 'false']).default('true'),
  tail: z.coerce.number().int().min(1).max(10_000).default(500),
});
export type LogsQuery = z.infer<typeof LogsQuery>;
