/** X.509 certificates of the sidecars' authority: P-256 keys, SHA-256, no name beside those that are asked for. */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as asn from '@peculiar/asn1-x509';

/** Both in PEM, the key as PKCS #8. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** `server` also gets the common name as its DNS name. */
  readonly usage: 'authority' | 'client' | 'server';
  /** Who signs; undefined: it signs itself. */
  readonly issuer?: KeyPair;
  readonly fromMs: number;
  readonly untilMs: number;
}

const usages = {
  authority: [],
  client: [asn.id_kp_clientAuth],
  server: [asn.id_kp_serverAuth],
} as const;

const ecdsaWithSha256 = new asn.AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
const commonNameType = '2.5.4.3';

/** Make a key and a certificate for it. */
export function issue({ issuer, ...request }: CertificateRequest): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = AsnConvert.parse(
    publicKey.export({ type: 'spki', format: 'der' }),
    asn.SubjectPublicKeyInfo,
  );
  const issuing =
    issuer && AsnConvert.parse(new X509Certificate(issuer.certificate).raw, asn.Certificate);
  const body = new asn.TBSCertificate({
    version: asn.Version.v3,
    serialNumber: serial(),
    signature: ecdsaWithSha256,
    issuer: issuing?.tbsCertificate.subject ?? nameOf(request.commonName),
    validity: new asn.Validity({
      notBefore: new Date(request.fromMs),
      notAfter: new Date(request.untilMs),
    }),
    subject: nameOf(request.commonName),
    subjectPublicKeyInfo: spki,
    extensions: new asn.Extensions(
      extensionsOf(request, spki, issuing?.tbsCertificate.subjectPublicKeyInfo ?? spki),
    ),
  });
  const signer = issuer ? createPrivateKey(issuer.key) : privateKey;
  const signatureValue = sign('sha256', Buffer.from(AsnConvert.serialize(body)), signer);
  const certificate = new asn.Certificate({
    tbsCertificate: body,
    signatureAlgorithm: ecdsaWithSha256,
    signatureValue: toArrayBuffer(signatureValue),
  });
  return {
    certificate: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Whether the text is a certificate in PEM. */
export function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== '';
  } catch {
    return false;
  }
}

function extensionsOf(
  { usage, commonName }: CertificateRequest,
  subjectKey: asn.SubjectPublicKeyInfo,
  issuerKey: asn.SubjectPublicKeyInfo,
): asn.Extension[] {
  const isAuthority = usage === 'authority';
  const keyUsage = isAuthority ? asn.KeyUsageFlags.keyCertSign : asn.KeyUsageFlags.digitalSignature;
  const authorityKey = new asn.AuthorityKeyIdentifier({ keyIdentifier: keyIdOf(issuerKey) });
  // An authority signs nothing that may sign again.
  const constraints = new asn.BasicConstraints(
    isAuthority ? { cA: true, pathLenConstraint: 0 } : {},
  );
  const dnsName = new asn.SubjectAlternativeName([new asn.GeneralName({ dNSName: commonName })]);
  return [
    extension(asn.id_ce_basicConstraints, constraints, true),
    extension(asn.id_ce_keyUsage, new asn.KeyUsage(keyUsage), true),
    extension(asn.id_ce_subjectKeyIdentifier, keyIdOf(subjectKey)),
    extension(asn.id_ce_authorityKeyIdentifier, authorityKey),
    ...(isAuthority
      ? []
      : [extension(asn.id_ce_extKeyUsage, new asn.ExtendedKeyUsage([...usages[usage]]))]),
    ...(usage === 'server' ? [extension(asn.id_ce_subjectAltName, dnsName)] : []),
  ];
}

function extension(extnID: string, value: object, critical = false): asn.Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new asn.Extension({ extnID, critical, extnValue });
}

function nameOf(commonName: string): asn.Name {
  const value = new asn.AttributeValue({ utf8String: commonName });
  const attribute = new asn.AttributeTypeAndValue({ type: commonNameType, value });
  return new asn.Name([new asn.RelativeDistinguishedName([attribute])]);
}

/** By RFC 5280, 4.2.1.2: the SHA-1 of the key's bits, a name and no secret. */
function keyIdOf({ subjectPublicKey }: asn.SubjectPublicKeyInfo): asn.SubjectKeyIdentifier {
  const hash = createHash('sha1').update(Buffer.from(subjectPublicKey)).digest();
  return new asn.SubjectKeyIdentifier(toArrayBuffer(hash));
}

/** Positive and random, 16 bytes. */
function serial(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return toArrayBuffer(bytes);
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
