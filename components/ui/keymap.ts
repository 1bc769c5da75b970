/** One key or a sequence of two ("g p"), what it does in two words, and what to do. */
export type KeyBinding = {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Shown in the page's footer. */
  readonly footer?: boolean;
};

const INTERACTIVE = 'button, a[href], summary, [role="menuitem"], [role="menuitemcheckbox"], [role="tab"]';
const TYPING = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';
const OVERLAY = '[role="dialog"], [role="alertdialog"], [role="menu"]';
const SEQUENCE_MS = 1_500;

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** "?" stays "?", a space is "Space", letters keep their case. */
const keyName = ({ key }: Press): string => (key === ' ' ? 'Space' : key);

/** Single keys are off while typing, in a dialog or a menu, and where the focused control uses the key itself. */
export function isIgnored(press: Press, target: Element | null): boolean {
  if (press.ctrlKey || press.metaKey || press.altKey) return true;
  if (!target) return false;
  if (target.closest(OVERLAY) || target.closest(TYPING)) return true;
  const activates = press.key === 'Enter' || (press.key === ' ' && !target.closest('a[href]'));
  return activates && target.closest(INTERACTIVE) !== null;
}

/** Turns presses into bindings; remembers the first key of a sequence for 1.5 s. */
export function createKeyMatcher() {
  let prefix: { key: string; at: number } | undefined;
  return (press: Press, at: number, bindings: readonly KeyBinding[]): KeyBinding | undefined => {
    const key = keyName(press);
    const started = prefix && at - prefix.at <= SEQUENCE_MS ? prefix.key : undefined;
    prefix = undefined;
    if (started !== undefined) {
      const match = bindings.findLast(({ keys }) => keys === `${started} ${key}`);
      if (match) return match;
    }
    if (bindings.some(({ keys }) => keys.startsWith(`${key} `))) prefix = { key, at };
    return bindings.findLast(({ keys }) => keys === key);
  };
}
