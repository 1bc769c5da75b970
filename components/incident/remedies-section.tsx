'use client';
import { useOpenAction } from '#components/actions/action-dialog-host.tsx';
import { refusalsOf, requestFor } from '#components/actions/action-request.ts';
import { KubectlLine } from '#components/cluster/kubectl-line.tsx';
import { KeyedRunbookLink } from '#components/cluster/runbook-link.tsx';
import { Button } from '#components/ui/button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { Section } from '#components/ui/section.tsx';
import type { FindingView, IncidentView, OfferedAction } from '#lib/contract/incident-view.ts';

type Remedy = FindingView['remedies'][number];
const KEYS: Record<OfferedAction['type'], string> = { rollback: 'u', 'set-image': 'i' };
const LABELS: Record<OfferedAction['type'], string> = { rollback: 'undo', 'set-image': 'image' };

/** Remedies in the rule's order; actions no remedy mentions come after them as steps of their own. */
export function stepsOf(view: IncidentView): Remedy[] {
  const { remedies } = view.finding;
  const mentioned = new Set(remedies.map(({ action }) => action?.label));
  const namesImage = remedies.some(({ action }) => action?.type === 'set-image');
  const rest = view.actions.filter(
    ({ label, type }) => !mentioned.has(label) && !(namesImage && type === 'set-image'),
  );
  return [...remedies, ...rest.map((action) => ({ title: action.label, action, commands: [] }))];
}

function ActionButton({
  view,
  action,
  primary,
  hotkey,
}: {
  view: IncidentView;
  action: OfferedAction;
  primary: boolean;
  hotkey: string | undefined;
}) {
  const open = useOpenAction();
  const refusals = refusalsOf(view.row.workload, action);
  const request = requestFor(view, action);
  return (
    <>
      <Button
        kind={primary ? 'primary' : 'plain'}
        hotkey={hotkey}
        disabled={refusals.length > 0}
        className="mt-1 first:mt-0"
        onClick={() => request && open(request)}
      >
        {action.label}
      </Button>
      {refusals.map((sentence) => (
        <p key={sentence} className="mt-1 text-12 text-ink-2">
          {sentence}
        </p>
      ))}
    </>
  );
}

/** Ranked steps: buttons where the dashboard can do it, commands with the real names where it cannot. */
export function RemediesSection({ view }: { view: IncidentView }) {
  const open = useOpenAction();
  const steps = stepsOf(view);
  // When the best step is a command, no button is urged in its place.
  const urged = steps[0]?.action !== undefined;
  const offered = steps.flatMap(({ action }) => (action ? [action] : []));
  const permitted = offered.filter((action) => refusalsOf(view.row.workload, action).length === 0);
  // What recovered needs no cure: no key undoes a good revision by habit.
  const isOpen = view.row.state === 'open';
  const keyed = (['rollback', 'set-image'] as const).flatMap(
    (type) => (isOpen ? permitted.find((action) => action.type === type) : undefined) ?? [],
  );
  useKeys(
    keyed.map((action) => ({
      keys: KEYS[action.type],
      label: LABELS[action.type],
      footer: true,
      run: () => {
        const request = requestFor(view, action);
        if (request) open(request);
      },
    })),
  );
  return (
    <Section
      title="What to do"
      aside={<KeyedRunbookLink causeId={view.finding.causeId} incidentId={view.row.id} />}
    >
      {steps.length === 0 && <p className="text-ink-3">Nothing is known that would cure this.</p>}
      <ol>
        {steps.map((step, index) => (
          <li key={step.title} className="flex gap-2.5 py-1.5">
            <span
              aria-hidden="true"
              className="mt-px grid size-[18px] shrink-0 place-items-center rounded-full border border-line-strong text-11 text-ink-2"
            >
              {index + 1}
            </span>
            <div className="min-w-0 flex-1">
              {step.title !== step.action?.label && (
                <b className="block">
                  <ForeignText text={step.title} />
                </b>
              )}
              {step.detail !== undefined && (
                <p className="text-ink-2">
                  <ForeignText text={step.detail} />
                </p>
              )}
              {step.commands.map((command) => (
                <KubectlLine
                  key={command}
                  command={command}
                  label={`copy the command of step ${index + 1}`}
                />
              ))}
              {step.action && (
                <ActionButton
                  view={view}
                  action={step.action}
                  primary={isOpen && urged && step.action === permitted[0]}
                  hotkey={keyed.includes(step.action) ? KEYS[step.action.type] : undefined}
                />
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
