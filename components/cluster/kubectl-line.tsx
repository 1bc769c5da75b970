import { CopyButton } from '#components/ui/copy-button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';

/** The same thing at the prompt, ready to copy. */
export function KubectlLine({
  command,
  label = 'copy the kubectl command',
}: {
  command: string;
  label?: string;
}) {
  return (
    <div className="flex items-start gap-2">
      <code className="min-w-0 flex-1 py-[3px] text-12 text-ink-2 whitespace-pre-wrap [overflow-wrap:anywhere]">
        <ForeignText text={command} />
      </code>
      <CopyButton text={command} label={label} />
    </div>
  );
}
