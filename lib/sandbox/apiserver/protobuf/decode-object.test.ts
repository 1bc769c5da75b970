import { describe, expect, it } from 'vitest';
import { decodeProtobufObject } from './decode-object.ts';

/** Bodies as kubectl 1.32 sends them. */
const RECORDED = {
  namespace: 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEZGVtbxIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==',
  deployment:
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EqoBCh0KAm9rEgAaACIAKgAyADgAQgBaCQoDYXBwEgJvaxJ7CAESCwoJCgNhcHASAm9rGmIKGwoAEgAaACIAKgAyADgAQgBaCQoDYXBwEgJvaxJDEiUKA2FwcBIKc2ltL2FwcDpvayoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA',
  accessReview:
    'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSOQoQCgASABoAIgAqADIAOABCABIbChkKBGRlbW8SA2dldBoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=',
};
const decode = (base64: string) => decodeProtobufObject(Buffer.from(base64, 'base64'));

describe('protobuf bodies', () => {
  it('decode to what JSON would have said, without Go’s zero values', () => {
    expect(decode(RECORDED.namespace)).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'demo' },
      spec: {},
    });
    expect(decode(RECORDED.deployment)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ok', labels: { app: 'ok' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'ok' } },
        strategy: {},
        template: {
          metadata: { labels: { app: 'ok' } },
          spec: { containers: [{ name: 'app', image: 'sim/app:ok', resources: {} }] },
        },
      },
    });
    expect(decode(RECORDED.accessReview)).toMatchObject({
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: 'demo', verb: 'get', resource: 'pods' } },
    });
  });

  it('refuse other bytes, other kinds and messages that are cut short', () => {
    expect(() => decodeProtobufObject(Buffer.from('{}'))).toThrow(/expected prefix/);
    expect(() => decode('azhzAAoPCgJ2MRIJV2lkZ2V0WFhYEgA=')).toThrow(/no protobuf schema/);
    const cut = Buffer.from(RECORDED.deployment, 'base64').subarray(0, 60);
    expect(() => decodeProtobufObject(cut)).toThrow(RangeError);
  });
});
