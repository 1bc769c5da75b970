import { goDurationMs } from './go-duration.ts';

/** What a kubelet's restart back-off text says. Events carry no delay, very old ones no names either. */
export type BackoffMessage = {
  readonly delayMs?: number;
  readonly container?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly podUid?: string;
};

const FORMS: readonly RegExp[] = [
  // state.waiting.message: `back-off 2m40s restarting failed container=api pod=api-6f_shop(0b1c)`
  /^back-off (?<delay>\S+) restarting failed container=(?<container>\S+) pod=(?<pod>[^\s_]+)_(?<namespace>[^\s(]+)\((?<uid>[^)]*)\)/i,
  // events since 1.28: `Back-off restarting failed container api in pod api-6f_shop(0b1c)`
  /^back-off restarting failed container (?<container>\S+) in pod (?<pod>[^\s_]+)_(?<namespace>[^\s(]+)\((?<uid>[^)]*)\)/i,
  // older wordings, with and without the delay or the names
  /^back-off (?<delay>\S+) restarting failed container(?:[= ](?<container>\S+))?/i,
  /^back-off restarting failed (?:docker )?container/i,
];

/**
 * Reads the back-off texts of all kubelet generations; undefined when the text is something else.
 * Source of the current form: kuberuntime_manager.doBackOff,
 * https://github.com/kubernetes/kubernetes/blob/v1.36.2/pkg/kubelet/kuberuntime/kuberuntime_manager.go
 */
export function backoffMessage(text: string): BackoffMessage | undefined {
  for (const form of FORMS) {
    const match = form.exec(text);
    if (!match) continue;
    const { delay, container, pod, namespace, uid } = match.groups ?? {};
    const delayMs = delay === undefined ? undefined : goDurationMs(delay);
    if (delay !== undefined && delayMs === undefined) continue;
    return { delayMs, container, pod, namespace, podUid: uid };
  }
  return undefined;
}
