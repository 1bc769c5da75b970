import type { NodeRequirement, NodeTerm } from '#lib/model/pod-template.ts';

/** `zone In (a, b), disktype Exists`: what a node must have; of several terms one has to match. */
export const nodeTermsText = (terms: readonly NodeTerm[]): string =>
  terms.map(({ labels, fields }) => [...labels, ...fields].map(requirementText).join(', ')).join(' or ');

const requirementText = ({ key, operator, values }: NodeRequirement): string =>
  `${key} ${operator}${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
