import Link from 'next/link';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { runbookHref } from '#lib/client/hrefs.ts';
import type { RunbookInline } from '#lib/contract/runbooks.ts';

type Props = { content: readonly RunbookInline[]; cluster: string; from: string | undefined };

const LINK = 'text-link hover:underline [overflow-wrap:anywhere]';

function One({ inline, cluster, from }: { inline: RunbookInline } & Omit<Props, 'content'>) {
  switch (inline.kind) {
    case 'text':
      return <ForeignText text={inline.text} />;
    case 'code':
      return (
        <code className="rounded-1 bg-surface-2 px-1 text-12 [overflow-wrap:anywhere]">
          <ForeignText text={inline.text} />
        </code>
      );
    case 'break':
      return <br />;
    case 'runbook':
      return (
        <Link href={runbookHref(cluster, inline.id, from)} prefetch={false} className={LINK}>
          <RunbookText content={inline.content} cluster={cluster} from={from} />
        </Link>
      );
    case 'link':
      return (
        <a href={inline.href} rel="noreferrer noopener" target="_blank" className={LINK}>
          <RunbookText content={inline.content} cluster={cluster} from={from} />
        </a>
      );
    case 'strong':
    case 'emphasis':
    case 'deleted': {
      const Element = ({ strong: 'b', emphasis: 'em', deleted: 'del' } as const)[inline.kind];
      return (
        <Element>
          <RunbookText content={inline.content} cluster={cluster} from={from} />
        </Element>
      );
    }
  }
}

/** A line of a runbook. The source is untrusted: everything arrives here as text, nothing as markup. */
export function RunbookText({ content, cluster, from }: Props) {
  return content.map((inline, index) => <One key={index} inline={inline} cluster={cluster} from={from} />);
}
