'use client';
import { KubectlLine } from '#components/cluster/kubectl-line.tsx';
import { Button } from '#components/ui/button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import type { IncidentView, OfferedAction } from '#lib/contract/incident-view.ts';
import { useOpenAction } from './action-dialog-host.tsx';
import { refusalsOf, requestFor } from './action-request.ts';

const KEYS: Record<OfferedAction['type'], { key: string; label: string }> = {
  rollback: { key: 'u', label: 'undo' },
  'set-image': { key: 'i', label: 'image' },
};

type Offer = {
  readonly action: OfferedAction;
  readonly refusals: readonly string[];
  readonly key: string | undefined;
};

/** Best first; a key belongs to the first permitted action of its type. */
function offersOf(view: IncidentView): Offer[] {
  const withRefusals = view.actions.map((action) => ({
    action,
    refusals: refusalsOf(view.row.workload, action),
  }));
  return withRefusals.map((offer, index) => {
    const isFirst = withRefusals.findIndex(({ action }) => action.type === offer.action.type) === index;
    return { ...offer, key: isFirst ? KEYS[offer.action.type].key : undefined };
  });
}

/** The cure: buttons that are always there, disabled with the reason, and the same at the prompt. */
export function ActionButtons({ view }: { view: IncidentView }) {
  const open = useOpenAction();
  const offers = offersOf(view);
  // What recovered needs no cure: nothing is urged, and no key undoes a good revision by habit.
  const isOpen = view.row.state === 'open';
  const run = (offer: Offer) => {
    const request = offer.refusals.length === 0 ? requestFor(view, offer.action) : undefined;
    if (request) open(request);
  };
  useKeys(
    offers
      .filter((offer) => isOpen && offer.key !== undefined && offer.refusals.length === 0)
      .map((offer) => ({
        keys: offer.key ?? '',
        label: KEYS[offer.action.type].label,
        footer: true,
        run: () => run(offer),
      })),
  );
  const refused = [...new Set(offers.flatMap((offer) => offer.refusals))];
  const best = offers.find((offer) => offer.refusals.length === 0) ?? offers[0];
  const [first] = view.finding.remedies;
  const step = isOpen && first && !first.action && first.commands.length > 0 ? first : undefined;
  const commands = step?.commands ?? [best?.action.kubectl || view.kubectl];

  return (
    <div role="group" aria-label="Actions" className="border-t border-line bg-bg px-4 py-3">
      {offers.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {offers.map((offer) => (
            <Button
              key={`${offer.action.type} ${offer.action.label}`}
              kind={offer === best && isOpen && !step ? 'primary' : 'plain'}
              hotkey={isOpen ? offer.key : undefined}
              disabled={offer.refusals.length > 0}
              title={offer.refusals.join(' ') || undefined}
              onClick={() => run(offer)}
            >
              {offer.action.label}
            </Button>
          ))}
        </div>
      )}
      {offers.length === 0 && (
        <p className="text-12 text-ink-2">Nothing here can be undone from the dashboard.</p>
      )}
      {refused.map((sentence) => (
        <p key={sentence} className="mt-1.5 text-12 text-ink-2">
          {sentence}
        </p>
      ))}
      <div className="mt-1.5">
        {step && (
          <p className="text-12 font-semibold">
            <ForeignText text={step.title} />
          </p>
        )}
        {commands.map((command) => (
          <KubectlLine key={command} command={command} label="copy the command of this action" />
        ))}
      </div>
    </div>
  );
}
