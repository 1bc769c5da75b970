import { KubectlLine } from '#components/cluster/kubectl-line.tsx';
import type { RunbookBlock } from '#lib/contract/runbooks.ts';
import { RunbookText } from './runbook-text.tsx';

type Where = { cluster: string; from: string | undefined };
type BlockOf<Kind extends RunbookBlock['kind']> = Extract<RunbookBlock, { kind: Kind }>;

/** The page's title is its h1, so a document begins at h2 whatever the file says. */
function Heading({ block, where }: { block: BlockOf<'heading'>; where: Where }) {
  const text = <RunbookText content={block.content} {...where} />;
  return block.depth <= 2 ? (
    <h2 className="mt-5 border-b border-line pb-1 text-13 font-semibold first:mt-0">{text}</h2>
  ) : (
    <h3 className="mt-3 text-13 font-semibold text-ink-2">{text}</h3>
  );
}

function Code({ block }: { block: BlockOf<'code'> }) {
  const what = /^(sh|bash|shell|console|zsh)$/.test(block.language) ? 'command' : 'text';
  return (
    <div className="mt-2 rounded-2 border border-line bg-bg px-2.5 py-1.5">
      {block.pieces.map((piece, index) => (
        <KubectlLine
          key={index}
          command={piece}
          label={`copy the ${what} ${piece.split('\n', 1)[0]?.slice(0, 60) ?? ''}`}
        />
      ))}
    </div>
  );
}

function List({ block, where }: { block: BlockOf<'list'>; where: Where }) {
  const items = block.items.map((blocks, index) => (
    <li key={index} className="mt-1 pl-0.5">
      <Blocks blocks={blocks} where={where} />
    </li>
  ));
  return block.start === undefined ? (
    <ul className="mt-1.5 list-disc pl-5 marker:text-ink-3">{items}</ul>
  ) : (
    <ol start={block.start} className="mt-1.5 list-decimal pl-5 marker:text-ink-3">
      {items}
    </ol>
  );
}

function Table({ block, where }: { block: BlockOf<'table'>; where: Where }) {
  return (
    <table className="mt-2 border-separate border-spacing-0 text-12">
      <thead>
        <tr>
          {block.head.map((cell, index) => (
            <th key={index} scope="col" className="table-head">
              <RunbookText content={cell} {...where} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {block.rows.map((row, at) => (
          <tr key={at} className="align-top">
            {row.map((cell, index) => (
              <td key={index} className="px-1.5 py-1 shadow-[inset_0_-1px_var(--line)]">
                <RunbookText content={cell} {...where} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Block({ block, where }: { block: RunbookBlock; where: Where }) {
  switch (block.kind) {
    case 'heading':
      return <Heading block={block} where={where} />;
    case 'paragraph':
      return (
        <p className="mt-1.5 first:mt-0">
          <RunbookText content={block.content} {...where} />
        </p>
      );
    case 'code':
      return <Code block={block} />;
    case 'list':
      return <List block={block} where={where} />;
    case 'table':
      return <Table block={block} where={where} />;
    case 'quote':
      return (
        <blockquote className="mt-2 border-l-2 border-line-strong pl-3 text-ink-2">
          <Blocks blocks={block.blocks} where={where} />
        </blockquote>
      );
    case 'rule':
      return <hr className="mt-4 border-line" />;
  }
}

function Blocks({ blocks, where }: { blocks: readonly RunbookBlock[]; where: Where }) {
  return blocks.map((block, index) => <Block key={index} block={block} where={where} />);
}

/** The body of a runbook, drawn on the server; only its copy buttons are code in the browser. */
export function RunbookDocument({ blocks, ...where }: { blocks: readonly RunbookBlock[] } & Where) {
  return (
    <div className="[overflow-wrap:anywhere]">
      <Blocks blocks={blocks} where={where} />
    </div>
  );
}
