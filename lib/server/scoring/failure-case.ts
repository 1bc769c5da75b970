import { z } from 'zod';

/** What somebody saw of a failure. The truth is kept apart: the objects are made without knowing it. */
const SignalsSchema = z.object({
  kubernetes: z.string().nullish(),
  runtime: z.string().nullish(),
  /** STATUS of `kubectl get pods`. */
  status_column: z.string().nullish(),
  reason: z.string().nullish(),
  waiting_message: z.string().nullish(),
  events: z.array(z.string()),
  other_signals: z.record(z.string(), z.unknown()),
  log_excerpt: z.string().nullish(),
});
export type Signals = z.infer<typeof SignalsSchema>;

const CaseSchema = SignalsSchema.extend({ id: z.string(), root_cause_id: z.string() });

export type FailureCase = {
  readonly id: string;
  readonly signals: Signals;
  /** Id of the diagnosis catalogue. */
  readonly truth: string;
};

/** @throws Error naming the line of the first one that is not a case. */
export function readCases(jsonl: string, file: string): readonly FailureCase[] {
  return jsonl.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const { id, root_cause_id: truth, ...signals } = parse(line, `${file}:${index + 1}`);
    return [{ id, truth, signals }];
  });
}

function parse(line: string, place: string): z.infer<typeof CaseSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${place}: this line is not JSON`);
  }
  const parsed = CaseSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${place}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not a case'}`);
}

/** A case without any text of the cluster can only be guessed. */
export const isTold = ({ waiting_message, events, log_excerpt, other_signals: other }: Signals): boolean =>
  Boolean(waiting_message) ||
  events.length > 0 ||
  Boolean(log_excerpt) ||
  Boolean(other['pod.status.message'] ?? other['condition.message']);
