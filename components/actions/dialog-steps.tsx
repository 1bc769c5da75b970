import type { ActionFlow } from './action-flow.ts';

const STEPS = ['Check', 'Confirm', 'Follow the rollout'] as const;
const CURRENT: Record<ActionFlow['phase'], number> = {
  form: 0,
  checking: 0,
  ready: 1,
  sending: 1,
  following: 2,
};

const look = (index: number, current: number): string => {
  if (index < current) return 'text-ok';
  return index === current ? 'font-semibold text-ink' : 'text-ink-3';
};

export function DialogSteps({ phase }: { phase: ActionFlow['phase'] }) {
  const current = CURRENT[phase];
  return (
    <ol aria-label="Steps" className="mr-auto flex gap-4 text-12">
      {STEPS.map((name, index) => (
        <li
          key={name}
          aria-current={index === current ? 'step' : undefined}
          className={`inline-flex items-center gap-1.5 ${look(index, current)}`}
        >
          <span
            aria-hidden="true"
            className={`grid size-4 place-items-center rounded-full border border-current text-11 ${index === current ? 'border-ink bg-ink text-surface' : ''}`}
          >
            {index + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}
