import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import {
  changeEvidence,
  changesOf,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { type LogHit, searchLog } from '#lib/diagnosis/log-search.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const failed = ({ container: { exit } }: ContainerInput) => exit !== undefined && exit.exitCode !== 0;

/** Words for a file that is not there, with its path: libc, Go, Python, Node, Java, .NET, nginx. */
const ABSENT = [
  /(?:open|stat|read(?:ing)?|load(?:ing)?)[ :]{1,3}(\/[^\s:'",]{1,300}): no such file or directory/i,
  /No such file or directory: ['"](\/[^'"]{1,300})['"]/,
  /ENOENT: no such file or directory, \w{1,20} ['"](\/[^'"]{1,300})['"]/,
  /FileNotFoundException: (\/[^\s(]{1,300}) \(No such file/,
  /Could not find (?:a part of the path|file) ['"](\/[^'"]{1,300})['"]/,
  /open\(\) "(\/[^"]{1,300})" failed \(2: No such file/,
  /(?:can(?:no|')t|could not|unable to|failed to) (?:open|find|load|read)[^\n]{0,60}?['"\s](\/[\w./@+-]{1,300})/i,
];
/** Programs and modules are looked for by other rules. */
const CODE = /\.(?:py|js|mjs|cjs|ts|rb|jar|sh|pl|php|so(?:\.\d+)*)$/;
const LIKE_CONFIG =
  /^\/etc\/|\/(?:config|conf|secrets?|certs?|tls)\/|\.(?:ya?ml|json|toml|conf|cfg|ini|properties|xml|env|pem|crt|key|cert|pfx|p12|jks|keystore|truststore|cnf|hcl|lic|license)$/i;

/** The app does not find a file it wants. Mounts and the keys of their ConfigMaps and Secrets say who should have it. */
export const missingConfigFile: ContainerRule = (input) => {
  const { container } = input;
  if (!failed(input)) return undefined;
  const hit = ABSENT.map((pattern) => searchLog(container.log, pattern)).find((found) => found !== undefined);
  const path = hit?.match[1]?.replace(/[.,;:]+$/, '');
  if (!hit || path === undefined || CODE.test(path)) return undefined;
  const source = mountedSource(input, path);
  if (!source && !LIKE_CONFIG.test(path)) return undefined;
  const { name } = container.spec;
  const where = source
    ? `; ${source.kind} ${source.name} is mounted there${source.lacks ? `, without ${source.file}` : ''}${source.meant ? `: it has ${source.meant}` : ''}`
    : '';
  return finding({
    causeId: 'missing-config-file',
    certainty: source?.lacks ? 'proven' : 'likely',
    title: [`${path} does not exist`, 'A configuration file does not exist'],
    sentence: `${name} needs ${path}, which does not exist${where}.`,
    raw: hit.line.text,
    container: name,
    evidence: [
      logEvidence(hit.line),
      ...(source
        ? [{ kind: 'object' as const, text: `keys: ${source.keys ?? 'not read'}`, path: source.path }]
        : []),
      fieldEvidence(
        specPath(container, 'volumeMounts'),
        container.spec.mounts.map(({ mountPath }) => mountPath).join(', ') || 'no mounts',
      ),
      ...exitEvidence(container),
      ...[...changesOf(input, 'volumeMounts'), ...changesOf(input, 'args')].map(changeEvidence),
    ],
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      editRemedy(input, source ? `Add ${source.file} to ${source.kind} ${source.name}` : `Mount ${path}`),
    ],
  });
};

/** The ConfigMap or Secret that is mounted where the path is; `lacks` only when its keys were read. */
function mountedSource({ container, pod, references }: ContainerInput, path: string) {
  const mount = container.spec.mounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const volume = mount && pod.template.volumes.find(({ name }) => name === mount.volume);
  if (!mount || !volume?.refName || (volume.kind !== 'configMap' && volume.kind !== 'secret'))
    return undefined;
  const isSecret = volume.kind === 'secret';
  const lookup = (isSecret ? references.secrets : references.configMaps).get(volume.refName);
  const file = path.slice(path.lastIndexOf('/') + 1);
  const keys = lookup?.state === 'exists' ? lookup.value.keys : undefined;
  const lacks = lookup?.state === 'missing' || (keys !== undefined && !keys.includes(file));
  return {
    kind: isSecret ? 'Secret' : 'ConfigMap',
    name: volume.refName,
    file,
    lacks: lacks && mount.subPath === undefined,
    keys: keys?.slice(0, 20).join(', '),
    meant: lacks && keys ? nearMiss(file, keys) : undefined,
    path: `${isSecret ? 'secrets' : 'configmaps'}/${volume.refName}`,
  };
}

/** A Service's address as Kubernetes injects it into every container of the namespace: `DB_PORT=tcp://10.0.0.1:5432`. */
const SERVICE_LINK = /\btcp:\/\/\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}\b/;
const NOT_A_NUMBER =
  /invalid|pars|not a (?:valid )?(?:number|integer|port)|NumberFormatException|ValueError|could not convert|cannot unmarshal|bad port/i;
const NAME = '[A-Z][A-Z0-9_]{2,99}';
const VARIABLE = new RegExp(`\\b${NAME}\\b`, 'g');
/** The program itself says whose value it is. */
const BAD_VARIABLE =
  /(?:invalid|bad|illegal|malformed|wrong) (?:value )?(?:for|of|in) (?:the )?env(?:ironment)?(?: ?var(?:iable)?)?(?: named)?:? ["'`]?([A-Z][A-Z0-9_]{2,99})\b/i;
const BAD_VALUE =
  /(?:invalid|bad|illegal|malformed|wrong) (?:value|literal)|NumberFormatException|is invalid|is not (?:a )?valid|invalid (?:syntax|port|url)|must be (?!set)|should be an?\b|expected an?\b|(?:cannot|could not) be parsed|(?:cannot|can't|could not|failed to|error|unable to) (?:parse|pars(?:ing)|convert|decode)/i;

/** A variable has a value the app cannot use; one the container does not set itself may come from a Service of that name. */
export const invalidEnvValue: ContainerRule = (input) => {
  const { container } = input;
  if (!failed(input)) return undefined;
  const link = searchLog(container.log, SERVICE_LINK);
  if (link && NOT_A_NUMBER.test(link.line.text)) return serviceLink(input, link);
  const said = searchLog(container.log, BAD_VARIABLE);
  const [, variable] = said?.match ?? [];
  if (said && variable) return badValue(input, { hit: said, name: variable, isSet: true });
  const hit = searchLog(container.log, BAD_VALUE);
  const named = [...(hit?.line.text.matchAll(VARIABLE) ?? [])].map(([name]) => name);
  const set = named.find((name) => container.spec.env.some((variable) => variable.name === name));
  const given = container.spec.envFrom.length > 0 ? named.find((name) => name.includes('_')) : undefined;
  const name = set ?? given;
  if (hit && name) return badValue(input, { hit, name, isSet: set !== undefined });
  const changed = onlyChangedVariable(input);
  return hit && changed ? badValue(input, { hit, name: changed, isSet: true }) : undefined;
};

/** When one variable is all that changed since it worked, it is the one with the bad value. */
function onlyChangedVariable(input: ContainerInput): string | undefined {
  const [change, ...others] = input.changes;
  const name = /\.env\[([^\]]{1,253})\]$/.exec(change?.path ?? '')?.[1];
  return others.length === 0 && changesOf(input, `env[${name ?? ''}]`).length === 1 ? name : undefined;
}

function serviceLink(input: ContainerInput, hit: LogHit) {
  const { container, services } = input;
  const variable = new RegExp(`\\b(${NAME})_PORT\\b`).exec(hit.line.text)?.[1];
  const service = services?.find(({ meta }) => meta.name.toUpperCase().replace(/-/g, '_') === variable);
  const isSet = container.spec.env.some(({ name }) => name === `${variable ?? ''}_PORT`);
  return finding({
    causeId: 'invalid-env-value',
    certainty: 'likely',
    title: ['A Service overrides an env variable', 'A Service overrides a variable'],
    sentence: `${container.spec.name} reads ${hit.match[0]} where it wants a number: Kubernetes injects it for ${service ? `Service ${service.meta.name}` : 'a Service of that name'}.`,
    raw: hit.line.text,
    container: container.spec.name,
    evidence: [
      logEvidence(hit.line),
      ...(service
        ? [
            {
              kind: 'object' as const,
              text: `Service ${service.meta.name} exists`,
              path: `services/${service.meta.name}`,
            },
          ]
        : []),
      ...(isSet ? [] : [fieldEvidence(specPath(container, 'env'), 'The container does not set it itself')]),
      ...exitEvidence(container),
    ],
    remedies: [
      editRemedy(input, 'Set enableServiceLinks: false, or set the variable, or rename the Service'),
    ],
  });
}

function badValue(
  input: ContainerInput,
  { hit, name, isSet }: { hit: LogHit; name: string; isSet: boolean },
) {
  const { container } = input;
  const changes = changesOf(input, `env[${name}]`);
  return finding({
    causeId: 'invalid-env-value',
    certainty: isSet ? 'likely' : 'possible',
    title: [`Env ${name} has a bad value`, 'A variable has a bad value'],
    sentence: `${container.spec.name} cannot use the value of ${name}${changes.length > 0 ? ', which this revision changed' : ''}.`,
    raw: hit.line.text,
    container: container.spec.name,
    evidence: [logEvidence(hit.line), ...changes.map(changeEvidence), ...exitEvidence(container)],
    candidates: isSet
      ? []
      : [
          {
            causeId: 'app-bug-exception',
            sentence: 'The app may compute the value itself.',
            check: `See where ${name} is set.`,
          },
        ],
    remedies: [...(changes.length > 0 ? rollbackRemedy(input) : []), editRemedy(input, `Correct ${name}`)],
  });
}

/** What programs say of their own configuration: web servers, databases, YAML and TOML readers. */
const BROKEN =
  /nginx: \[emerg\]|\byaml: (?:line \d|unmarshal|did not|mapping|control)|error converting YAML|(?:yaml|toml)\.\w{0,30}\.?(?:Scanner|Parser|Decode)Error|FATAL CONFIG FILE ERROR|(?:error|failed|unable|could not|cannot)[^\n]{0,40}\b(?:load|pars|read|validat|initializ|decod)\w{0,4}[^\n]{0,40}\b(?:config(?:uration)?|settings)\b|\binvalid config(?:uration)?\b|config(?:uration)?(?: file)?[^\n]{0,80}(?:contains errors|is invalid|not valid|syntax error|parse error)|Syntax error on line \d+ of|unknown (?:configuration|config) (?:key|option|parameter)|Fatal errors? found in configuration|\bwhile (?:parsing|reading|loading) (?:the )?config(?:uration)?\b|config error file=|parsing \[\/[^\]\n]{1,300}:\d{1,6}\]|Error during parsing: Unknown directive|unrecognized configuration parameter|\[ERROR\][^\n]{0,60} unknown variable '/i;
/** These have causes of their own: a name that does not resolve, a file that may not be read. */
const OTHERS =
  /host not found|permission denied|no such file|connection refused|no such host|read-only file ?system/i;

export const configInvalid: ContainerRule = (input) => {
  const { container } = input;
  const hit = failed(input) ? searchLog(container.log, BROKEN) : undefined;
  if (!hit || OTHERS.test(hit.line.text)) return undefined;
  const maps = input.pod.template.volumes.filter(({ kind, name }) => {
    return (
      (kind === 'configMap' || kind === 'secret') &&
      container.spec.mounts.some(({ volume }) => volume === name)
    );
  });
  return finding({
    causeId: 'config-invalid',
    certainty: 'likely',
    title: 'Its configuration is not valid',
    sentence: `${container.spec.name} cannot use its configuration: ${hit.line.text.trim().slice(0, 200)}`,
    raw: hit.line.text,
    container: container.spec.name,
    evidence: [
      logEvidence(hit.line),
      ...maps.map(({ name, refName, kind }) =>
        fieldEvidence(`spec.volumes[${name}]`, `${kind} ${refName ?? ''}`),
      ),
      ...exitEvidence(container),
      ...['args', 'env', 'image', 'volumeMounts']
        .flatMap((field) => changesOf(input, field))
        .map(changeEvidence),
    ],
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      ...maps.map(({ refName = '', kind }) => ({
        title: `Look at ${kind} ${refName}, and at who changed it last`,
        commands: [
          `kubectl get ${kind.toLowerCase()} ${refName} -n ${input.owner.namespace} -o yaml --show-managed-fields`,
        ],
      })),
    ],
  });
};
