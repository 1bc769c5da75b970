/**
 * The volume of the service account's token has a random name in every pod, the only thing in which the specs of
 * siblings differ (plugin/pkg/admission/serviceaccount/admission.go, names.SimpleNameGenerator). In the model it is one
 * name for all.
 */
export const TOKEN_VOLUME = /^kube-api-access-[a-z0-9]{5}$/;
export const TOKEN_VOLUME_PREFIX = 'kube-api-access-';
export const TOKEN_VOLUME_LENGTH = TOKEN_VOLUME_PREFIX.length + 5;
/** Of the same length: it is put in its place in protobuf. */
export const ANY_TOKEN_VOLUME = `${TOKEN_VOLUME_PREFIX}*****`;
