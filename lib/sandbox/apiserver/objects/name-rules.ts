import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';

type NameRule = { readonly pattern: RegExp; readonly longest: number; readonly text: string };

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** apimachinery/pkg/util/validation: the three kinds of DNS names, and the path segments RBAC uses. */
const SUBDOMAIN: NameRule = {
  pattern: new RegExp(`^${LABEL}(\\.${LABEL})*$`),
  longest: 253,
  text: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${LABEL}(\\.${LABEL})*')`,
};
const DNS_LABEL: NameRule = {
  pattern: new RegExp(`^${LABEL}$`),
  longest: 63,
  text: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
};
const OLD_LABEL: NameRule = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  text: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};
const PATH_SEGMENT: NameRule = {
  pattern: /^(?!\.{1,2}$)[^/%]+$/,
  longest: 253,
  text: "may not contain '/' or '%'",
};

const BY_KIND: Readonly<Record<string, NameRule>> = {
  ClusterRole: PATH_SEGMENT,
  ClusterRoleBinding: PATH_SEGMENT,
  Namespace: DNS_LABEL,
  Role: PATH_SEGMENT,
  RoleBinding: PATH_SEGMENT,
  Service: OLD_LABEL,
};

/** Why `name` is no DNS label; undefined when it is one. */
export function dnsLabelFault(name: string): string | undefined {
  if (name.length > DNS_LABEL.longest) return `must be no more than ${DNS_LABEL.longest} characters`;
  return DNS_LABEL.pattern.test(name) ? undefined : DNS_LABEL.text;
}

export function nameCauses({ kind }: Resource, name: string): readonly Cause[] {
  const field = 'metadata.name';
  if (name === '') {
    return [
      { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field },
    ];
  }
  const rule = BY_KIND[kind] ?? SUBDOMAIN;
  const invalid = (why: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: "${name}": ${why}`,
    field,
  });
  if (name.length > rule.longest) return [invalid(`must be no more than ${rule.longest} characters`)];
  return rule.pattern.test(name) ? [] : [invalid(rule.text)];
}
