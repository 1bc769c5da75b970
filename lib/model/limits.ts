/** Resource name ("requests.memory", "pods") to quantity as written. */
export type Amounts = Readonly<Record<string, string>>;

/** What a ResourceQuota allows and counts now. */
export type Quota = {
  readonly name: string;
  readonly hard: Amounts;
  readonly used: Amounts;
  /** "NotTerminating", "PriorityClass": it counts some pods only. */
  readonly scopes: readonly string[];
};

/** One bound of a LimitRange, for one container, pod or claim. */
export type LimitItem = {
  readonly type: string;
  readonly max: Amounts;
  readonly min: Amounts;
  readonly default: Amounts;
  readonly defaultRequest: Amounts;
  readonly maxLimitRequestRatio: Amounts;
};

export type LimitRange = { readonly name: string; readonly items: readonly LimitItem[] };
