import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { PanelFrame } from './panel-frame.tsx';

/** The panel's place and its sentence where they will be, until its code is there. */
export function SharedPanelLoading({ cause, chosen }: { cause: SharedCauseRow; chosen: boolean }) {
  return (
    <PanelFrame label={`Shared cause: ${cause.cause}`} chosen={chosen}>
      <h2 className="px-4 pt-10 text-18 font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">
        <ForeignText text={cause.sentence} />
      </h2>
    </PanelFrame>
  );
}
