export type Certainty = 'proven' | 'likely' | 'possible' | 'unknown';

/** What proves a finding. `path` is a field path ("status.containerStatuses[web].lastState"). */
export type Evidence = {
  readonly kind: 'field' | 'event' | 'log' | 'object' | 'diff';
  readonly text: string;
  readonly path?: string;
  readonly at?: number;
};

/** Another cause that fits, and the check that would separate it. */
export type Candidate = {
  readonly causeId: string;
  readonly sentence: string;
  readonly check: string;
};

/** What could not be looked at, and the permission that would allow it ("get secrets in shop"). */
export type Unchecked = { readonly what: string; readonly permission?: string };

/** The history of a workload's templates could not be read: that there is no earlier one is then not known. */
export type HistoryGap = Unchecked & { readonly permission: string };

/** An action the dashboard itself can do. */
export type RemedyAction =
  | { readonly type: 'rollback'; readonly toRevision?: number }
  | { readonly type: 'set-image'; readonly container: string; readonly image?: string };

export type Remedy = {
  readonly title: string;
  readonly detail?: string;
  readonly action?: RemedyAction;
  /** Commands or YAML with the real names filled in. */
  readonly commands: readonly string[];
};

/** A rule's answer. `causeId` is an id of the diagnosis catalogue, or 'unknown'. */
export type Finding = {
  readonly causeId: string;
  readonly certainty: Certainty;
  /** Under 38 characters, no trailing stop: the table cell. */
  readonly title: string;
  /** One plain sentence with real names: the largest text of the screen. */
  readonly sentence: string;
  /** The raw message behind it, shown in monospace. */
  readonly raw?: string;
  readonly container?: string;
  readonly evidence: readonly Evidence[];
  readonly candidates: readonly Candidate[];
  readonly unchecked: readonly Unchecked[];
  readonly remedies: readonly Remedy[];
};
