import { Button } from '#components/ui/button.tsx';
import { useTriageUrl } from './use-triage-url.ts';

/** On a narrow screen the panel lies over the list. */
export function ClosePanel() {
  const [, setUrl] = useTriageUrl();
  return (
    <span className="hidden max-[1199px]:inline-flex">
      <Button kind="quiet" size="small" hotkey="Space" onClick={() => void setUrl({ panel: 'closed' })}>
        Close
      </Button>
    </span>
  );
}
