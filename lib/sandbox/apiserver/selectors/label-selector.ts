import { labelKeyFaults } from '#lib/sandbox/apiserver/objects/label-rules.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';

export type Labels = { readonly [key: string]: string };
export type LabelMatcher = (labels: Labels) => boolean;

type Requirement = {
  readonly key: string;
  readonly operator: 'exists' | 'absent' | 'in' | 'notin';
  readonly values: readonly string[];
};

/** `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`, joined by commas; empty matches everything. */
export function parseLabelSelector(text: string): LabelMatcher {
  const requirements = parseRequirements(text);
  return (labels) => requirements.every((requirement) => matches(requirement, labels));
}

function matches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    // apimachinery labels.Requirement: != and notin also match objects without the label.
    case 'notin':
      return value === undefined || !values.includes(value);
  }
}

const TOKEN = /\s*(==|!=|[=!,()]|[^\s=!,()]+)\s*/y;

function tokens(text: string): string[] {
  TOKEN.lastIndex = 0;
  const found: string[] = [];
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match?.[1]) throw badRequest(`unable to parse requirement: invalid label selector "${text}"`);
    found.push(match[1]);
  }
  return found;
}

function parseRequirements(text: string): Requirement[] {
  if (text.trim() === '') return [];
  const queue = tokens(text);
  const requirements: Requirement[] = [];
  for (;;) {
    requirements.push(parseRequirement(queue));
    const separator = queue.shift();
    if (separator === undefined) return requirements;
    if (separator !== ',') throw badRequest(`found '${separator}', expected: ',' or 'end of string'`);
  }
}

function parseRequirement(queue: string[]): Requirement {
  if (queue[0] === '!') {
    queue.shift();
    return { key: word(queue), operator: 'absent', values: [] };
  }
  const key = validKey(word(queue));
  const operator = queue[0];
  if (operator === undefined || operator === ',') return { key, operator: 'exists', values: [] };
  queue.shift();
  if (operator === '=' || operator === '==') return { key, operator: 'in', values: [exactValue(queue)] };
  if (operator === '!=') return { key, operator: 'notin', values: [exactValue(queue)] };
  if (operator === 'in' || operator === 'notin') return { key, operator, values: set(queue) };
  throw unparsable(operator, 'in, notin, =, ==, !=, gt, lt');
}

function validKey(key: string): string {
  const [why] = labelKeyFaults(key);
  if (why === undefined) return key;
  throw badRequest(`unable to parse requirement: <nil>: Invalid value: "${key}": ${why}`);
}

const isWord = (token: string | undefined): token is string =>
  token !== undefined && !['=', '==', '!=', '!', ',', '(', ')'].includes(token);

function word(queue: string[]): string {
  const token = queue.shift();
  if (!isWord(token)) throw unparsable(token, 'identifier');
  return token;
}

/** The words of apimachinery's parser (pkg/labels/selector.go). */
const unparsable = (token: string | undefined, expected: string) =>
  badRequest(`unable to parse requirement: found '${token ?? ''}', expected: ${expected}`);

/** `a=` selects the empty value. */
const exactValue = (queue: string[]): string =>
  queue[0] === undefined || queue[0] === ',' ? '' : word(queue);

function optionalWord(queue: string[]): string {
  return isWord(queue[0]) ? word(queue) : '';
}

function set(queue: string[]): string[] {
  const opening = queue.shift();
  if (opening !== '(')
    throw badRequest(`unable to parse requirement: found '${opening ?? ''}' expected: '('`);
  const values: string[] = [];
  while (queue[0] !== ')') {
    values.push(optionalWord(queue));
    if (queue[0] === ',') queue.shift();
    else if (queue[0] !== ')') throw badRequest(`found '${queue[0] ?? ''}', expected: ',' or ')'`);
  }
  queue.shift();
  return values;
}
