import type { ApiError } from '#lib/client/api-error.ts';
import { Button } from './button.tsx';
import { ForeignText } from './foreign-text.tsx';

const TITLES: Partial<Record<ApiError['code'], string>> = {
  forbidden: 'Not permitted.',
  offline: 'The Uncrash server does not answer.',
  unavailable: 'The cluster does not answer.',
};

/** An error stays in its own section, with what can be done about it. */
export function QueryError({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const title = TITLES[error.code];
  return (
    <div role="alert" className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3">
      {title !== undefined && <b>{title}</b>}
      {title !== error.message && <ForeignText text={error.message} className="text-ink-2" />}
      {error.hint !== undefined && <ForeignText text={error.hint} className="text-ink-3" />}
      <Button size="small" onClick={onRetry}>
        Retry
      </Button>
    </div>
  );
}
