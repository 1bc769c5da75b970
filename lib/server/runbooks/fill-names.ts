import type { RunbookBlock } from '#lib/contract/runbooks.ts';

/** Words in capitals that stand for the names of one incident. */
export type RunbookNames = Readonly<Partial<Record<Placeholder, string>>>;
type Placeholder = (typeof PLACEHOLDERS)[number];
const PLACEHOLDERS = ['NAMESPACE', 'POD', 'CONTAINER', 'NODE', 'DEPLOYMENT', 'JOB', 'CRONJOB'] as const;
const PLACEHOLDER = new RegExp(`(?<![\\w$-])(${PLACEHOLDERS.join('|')})(?![\\w-])`, 'g');

/** What is read of an incident's view. */
type Named = {
  readonly row: {
    readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  };
  readonly finding: { readonly container?: string };
  /** Worst first. */
  readonly pods: readonly {
    readonly name: string;
    readonly node?: string;
    readonly containers: readonly { readonly name: string }[];
  }[];
};

/** What Kubernetes allows as a name; anything else could mean something to a shell and is not put into a command. */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** The names a command needs, of the pod that is worst; without what is not known or does not look like a name. */
export function runbookNames({ row, finding, pods }: Named): RunbookNames {
  const { kind, namespace, name } = row.workload;
  const [pod] = pods;
  const containers = pod?.containers ?? [];
  const names: Readonly<Record<Placeholder, string | undefined>> = {
    NAMESPACE: namespace,
    POD: pod?.name,
    CONTAINER: finding.container ?? (containers.length === 1 ? containers[0]?.name : undefined),
    NODE: kind === 'Node' ? name : pod?.node,
    DEPLOYMENT: kind === 'Deployment' ? name : undefined,
    JOB: kind === 'Job' ? name : undefined,
    CRONJOB: kind === 'CronJob' ? name : undefined,
  };
  return Object.fromEntries(
    Object.entries(names).filter(([, value]) => value !== undefined && NAME.test(value)),
  );
}

/** The same page with names in its commands; words without a name stay as they are, prose too. */
export function fillNames(blocks: readonly RunbookBlock[], names: RunbookNames): readonly RunbookBlock[] {
  return blocks.map((block): RunbookBlock => {
    switch (block.kind) {
      case 'code':
        return { ...block, pieces: block.pieces.map((piece) => filled(piece, names)) };
      case 'list':
        return { ...block, items: block.items.map((item) => fillNames(item, names)) };
      case 'quote':
        return { ...block, blocks: fillNames(block.blocks, names) };
      default:
        return block;
    }
  });
}

const filled = (piece: string, names: RunbookNames): string =>
  piece.replace(PLACEHOLDER, (word) => names[word as Placeholder] ?? word);
