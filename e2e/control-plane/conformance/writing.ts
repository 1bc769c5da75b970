import { manifest, plain, type Step } from './step.ts';

const NS = '-n desk';

/** Before what prints "(no change)": kubectl compares whole objects, and a rollout writes the status in between. */
const SETTLED = `rollout status deploy/made ${NS}`;

const settings = (data: Readonly<Record<string, string>>, more: object = {}) =>
  manifest({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'desk', ...more },
    data,
  });

const replicas = (count: number) =>
  manifest({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'made', namespace: 'desk' },
    spec: { replicas: count },
  });

/** Changing what is there: three kinds of patches, both kinds of apply, edit, replace. */
export const writing: readonly Step[] = [
  ...plain(
    `patch deploy made ${NS} -p '{"spec":{"minReadySeconds":1}}'`,
    SETTLED,
    `patch deploy made ${NS} -p '{"spec":{"minReadySeconds":1}}'`,
    `patch deploy made ${NS} -p '{"spec":{"minReadySeconds":null}}'`,
    `patch deploy made ${NS} -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","imagePullPolicy":"Always"}]}}}}'`,
    `patch deploy made ${NS} -p '{"spec":{"template":{"spec":{"containers":[{"name":"second","image":"nginx:1.28-alpine"},{"$patch":"delete","name":"second"}]}}}}'`,
    `patch deploy made ${NS} --type=merge -p '{"metadata":{"labels":{"tier":"db"}}}'`,
    `patch deploy made ${NS} --type=merge -p '{"spec":{"replicas":-1}}'`,
    `patch deploy made ${NS} --type=merge -p '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'`,
    `patch deploy made ${NS} --type=json -p '[{"op":"add","path":"/metadata/labels/added","value":"yes"}]'`,
    `patch deploy made ${NS} --type=json -p '[{"op":"test","path":"/spec/replicas","value":7}]'`,
    `patch deploy made ${NS} --type=json -p '[{"op":"remove","path":"/spec/nope"}]'`,
    `patch deploy made ${NS} --type=json -p '[{"op":"jump","path":"/spec/replicas"}]'`,
    `patch deploy made ${NS} --type=json -p '{"spec":{}}'`,
    `patch deploy made ${NS} -p 'nonsense'`,
    `patch deploy made ${NS} -p '{"spec":{"replicas":"three"}}'`,
    `patch deploy made ${NS} --type=merge -p '{"spec":{"replicas":"three"}}'`,
    SETTLED,
    `patch deploy made ${NS} -p '{"spec":{"template":{"spec":{"hostnam":"x"}}}}'`,
    `patch deploy made ${NS} --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
    `patch deploy made ${NS} --subresource=scale --type=merge -p '{"spec":{"replicas":-2}}'`,
    `patch deploy made ${NS} --subresource=status --type=merge -p '{"status":{"observedGeneration":1},"spec":{"replicas":9}}' -o jsonpath={.spec.replicas}`,
    `patch deploy nope ${NS} -p '{"spec":{"replicas":2}}'`,
    `get deploy made ${NS} --subresource=scale`,
    `get deploy made ${NS} --subresource=scale -o jsonpath={.spec}`,
    `scale deploy/made ${NS} --replicas=1`,
    `scale deploy/nope ${NS} --replicas=1`,
    `label deploy made ${NS} a=b`,
    `label deploy made ${NS} a=c`,
    `label deploy made ${NS} a=c --overwrite`,
    `label deploy made ${NS} a-`,
    `label deploy made ${NS} a-`,
    `label deploy made ${NS} 'a=b c'`,
    `annotate deploy made ${NS} note=x`,
    `annotate deploy made ${NS} note=y`,
    `annotate deploy made ${NS} note=y --overwrite`,
    `annotate deploy made ${NS} note-`,
    `set image deploy/made ${NS} nope=redis:7`,
    `set image deploy/made ${NS} nginx=nginx:1.27-alpine --dry-run=server`,
  ),
  { command: `label deploy made ${NS} --list`, unordered: true },
  { command: 'apply -f -', stdin: settings({ a: '1', b: '1' }) },
  { command: 'apply -f -', stdin: settings({ a: '1', b: '1' }) },
  { command: 'diff -f -', stdin: settings({ a: '2' }) },
  { command: 'apply -f - --dry-run=server', stdin: settings({ a: '2' }) },
  { command: 'apply -f -', stdin: settings({ a: '2' }) },
  { command: 'diff -f -', stdin: settings({ a: '2' }) },
  ...plain(
    `apply view-last-applied cm/settings ${NS}`,
    `get cm settings ${NS} -o yaml`,
    `patch cm settings ${NS} --type=merge -p '{"data":{"a":"3"}}'`,
  ),
  { command: 'apply --server-side --field-manager=one -f -', stdin: settings({ a: '4' }) },
  { command: 'apply --server-side --field-manager=one --force-conflicts -f -', stdin: settings({ a: '4' }) },
  { command: 'apply --server-side --field-manager=two -f -', stdin: settings({ a: '5' }) },
  { command: 'apply --server-side --field-manager=two -f -', stdin: settings({ a: '4', z: '1' }) },
  { command: 'apply --server-side --field-manager=two --force-conflicts -f -', stdin: settings({ a: '5' }) },
  { command: 'apply --server-side --field-manager=one -f -', stdin: settings({ b: '1' }) },
  ...plain(`get cm settings ${NS} -o jsonpath={.data}`),
  // Managers are told in the order of their seconds.
  { command: `get cm settings ${NS} -o yaml --show-managed-fields`, unordered: true },
  { command: 'apply --server-side -f -', stdin: replicas(2) },
  { command: 'apply --server-side --force-conflicts -f -', stdin: replicas(1) },
  { command: 'apply --server-side -f -', stdin: settings({ a: '1' }).replace('"data"', '"dataa"') },
  { command: 'apply -f -', stdin: settings({ a: '1' }).replace('"data"', '"dataa"') },
  { command: 'apply -f - --validate=warn', stdin: settings({ a: '1' }).replace('"data"', '"dataa"') },
  { command: 'apply -f - --validate=ignore', stdin: settings({ a: '1' }).replace('"data"', '"dataa"') },
  { command: 'replace -f -', stdin: settings({ a: '6' }) },
  { command: 'replace -f -', stdin: settings({ a: '6' }, { resourceVersion: '1' }) },
  { command: 'replace --force -f -', stdin: settings({ a: '7' }) },
  { command: 'replace -f -', stdin: settings({ a: '6' }).replace('settings', 'nope') },
  { command: `edit cm settings ${NS}`, editor: 'sed -i s/a:.*7/a:0/' },
  { command: `edit cm settings ${NS}`, editor: 'sed -i /a:..7/s/7/8/' },
  { command: `edit cm settings ${NS}`, editor: 'true' },
  { command: `edit deploy made ${NS}`, editor: 'sed -i s/minReadySeconds/nope/' },
  {
    command: `edit deploy made ${NS}`,
    editor: 'sed -i s/progressDeadlineSeconds:.600/progressDeadlineSeconds:700/',
  },
  { command: `edit deploy made ${NS}`, editor: 'sed -i s/replicas:.1$/replicas:-1/' },
  { command: `edit cm nope ${NS}`, editor: 'true' },
  ...plain(`edit cm settings ${NS}`, `get cm settings ${NS} -o jsonpath={.data}`),
];
