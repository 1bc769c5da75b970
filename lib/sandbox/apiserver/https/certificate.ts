import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, context, implicit, integer, octets, oid, sequence, set, time, truth, utf8 } from './der.ts';

/** PEM texts. */
export type Identity = { readonly ca: string; readonly certificate: string; readonly key: string };

type Subject = {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly issuer: {
    readonly commonName: string;
    readonly privateKey: KeyObject;
    readonly publicKey: KeyObject;
  };
  readonly isAuthority: boolean;
  readonly notBefore: number;
};

const DAY_MS = 86_400_000;
const VALID_MS = 3650 * DAY_MS;

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = oid('2.5.4.3');
const OIDS = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

/**
 * A certificate authority and a server certificate for 127.0.0.1, ::1 and localhost, both ECDSA P-256 and
 * valid for ten years from a day before `now` (epoch ms). Written here so that no openssl is needed to run.
 */
export function createIdentity(now: number): Identity {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { commonName: 'sandbox-ca', ...authority };
  const notBefore = now - DAY_MS;
  const ca = certificate({
    commonName: issuer.commonName,
    publicKey: authority.publicKey,
    issuer,
    isAuthority: true,
    notBefore,
  });
  const leaf = certificate({
    commonName: 'kube-apiserver',
    publicKey: server.publicKey,
    issuer,
    isAuthority: false,
    notBefore,
  });
  return { ca, certificate: leaf, key: String(server.privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

function certificate({ commonName, publicKey, issuer, isAuthority, notBefore }: Subject): string {
  const serial = randomBytes(16);
  const body = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), serial])),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.commonName),
    sequence(time(notBefore), time(notBefore + VALID_MS)),
    distinguishedName(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(
      3,
      sequence(
        ...(isAuthority ? authorityExtensions() : serverExtensions()),
        ...keyIds(publicKey, issuer.publicKey),
      ),
    ),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  return pem(sequence(body, ECDSA_WITH_SHA256, bits(signature)));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const distinguishedName = (commonName: string): Buffer =>
  sequence(set(sequence(COMMON_NAME, utf8(commonName))));

const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), octets(value));
const critical = (id: string, value: Buffer): Buffer => sequence(oid(id), truth(), octets(value));

/** keyCertSign and cRLSign are bits 5 and 6, counted from the left. */
function authorityExtensions(): readonly Buffer[] {
  return [
    critical(OIDS.basicConstraints, sequence(truth())),
    critical(OIDS.keyUsage, bits(Buffer.from([0b0000_0110]), 1)),
  ];
}

function serverExtensions(): readonly Buffer[] {
  const names = [
    implicit(2, Buffer.from('localhost')),
    implicit(7, Buffer.from([127, 0, 0, 1])),
    implicit(7, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
  ];
  return [
    critical(OIDS.basicConstraints, sequence()),
    critical(OIDS.keyUsage, bits(Buffer.from([0b1000_0000]), 7)),
    extension(OIDS.extendedKeyUsage, sequence(oid(OIDS.serverAuth))),
    extension(OIDS.subjectAltName, sequence(...names)),
  ];
}

function keyIds(own: KeyObject, issuer: KeyObject): readonly Buffer[] {
  return [
    extension(OIDS.subjectKeyId, octets(keyId(own))),
    extension(OIDS.authorityKeyId, sequence(implicit(0, keyId(issuer)))),
  ];
}

/** RFC 7093, method 1: the leftmost 160 bits of SHA-256 over the key. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}
