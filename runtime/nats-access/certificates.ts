import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import forge from 'node-forge';
import type { Milliseconds } from '../../protocol/time.ts';
import { writeWhole } from './write-whole.ts';

const DAY: Milliseconds = 24 * 60 * 60 * 1000;
const AUTHORITY_LASTS = 3650 * DAY;
const SERVER_LASTS = 825 * DAY;
/** One that ends within this time is made anew. */
const RENEWED_BEFORE = 60 * DAY;

/** What a server needs to show, and a client to trust, all PEM. */
export interface ServerFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** What was done, a line each. */
  readonly told: readonly string[];
}

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/**
 * An authority of our own and a certificate that it gave the server; what is there and still good stays.
 * @param names host names and addresses by which the server is reached
 */
export async function ensureCertificates(
  directory: string,
  names: readonly string[],
  now: Milliseconds,
): Promise<ServerFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const ca = join(directory, 'ca.pem');
  const caKey = join(directory, 'ca-key.pem');
  const cert = join(directory, 'server.pem');
  const key = join(directory, 'server-key.pem');
  const found = await readPair(ca, caKey);
  const authority = found ?? makeAuthority(now);
  if (!found) await writePair(ca, caKey, authority);
  const server = await readPair(cert, key);
  const wanted = [...new Set(names)];
  const good = found && server && isGood(server.certificate, authority.certificate, wanted, now);
  if (!good) await writePair(cert, key, makeServer(authority, wanted, now));
  return {
    ca,
    cert,
    key,
    told: [
      `${found ? 'kept' : 'made'}  authority ${ca}`,
      `${good ? 'kept' : 'made'}  certificate of the server, for ${wanted.join(', ')}`,
    ],
  };
}

/** Whether it is the authority's, for all the names, and for some time to come. */
function isGood(pem: string, authority: string, names: readonly string[], now: Milliseconds): boolean {
  const certificate = new X509Certificate(pem);
  const named = (name: string) =>
    isIP(name) > 0 ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' });
  return (
    Date.parse(certificate.validTo) > now + RENEWED_BEFORE &&
    certificate.verify(new X509Certificate(authority).publicKey) &&
    names.every(name => named(name) !== undefined)
  );
}

function makeAuthority(now: Milliseconds): Pair {
  const key = makeKey();
  const subject = `Spillway NATS ${randomBytes(4).toString('hex')}`;
  const extensions = [
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ];
  const names = { subject, issuer: subject };
  return { certificate: sign(key, key, names, now, AUTHORITY_LASTS, extensions), key };
}

function makeServer(authority: Pair, names: readonly string[], now: Milliseconds): Pair {
  const key = makeKey();
  const issuer = String(forge.pki.certificateFromPem(authority.certificate).subject.getField('CN').value);
  const extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    // Servers of a cluster are clients of each other.
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    // RFC 5280 section 4.2.1.6: 2 is a DNS name, 7 an address.
    {
      name: 'subjectAltName',
      altNames: names.map(name => (isIP(name) > 0 ? { type: 7, ip: name } : { type: 2, value: name })),
    },
  ];
  const subject = (names[0] ?? 'nats').slice(0, 64);
  return { certificate: sign(key, authority.key, { subject, issuer }, now, SERVER_LASTS, extensions), key };
}

function sign(
  key: string,
  by: string,
  { subject, issuer }: { readonly subject: string; readonly issuer: string },
  now: Milliseconds,
  lasts: Milliseconds,
  extensions: object[],
): string {
  const { n, e } = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(n, e);
  // Positive, and never the same twice (RFC 5280 section 4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  // A machine whose clock is a little late must take it too.
  certificate.validity.notBefore = new Date(now - DAY);
  certificate.validity.notAfter = new Date(now + lasts);
  certificate.setSubject([{ name: 'commonName', value: subject }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer }]);
  certificate.setExtensions(extensions);
  certificate.sign(forge.pki.privateKeyFromPem(by), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

/** RSA, which is what the library signs with; made by Node in a tenth of the time. */
const makeKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 3072,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

async function readPair(certificate: string, key: string): Promise<Pair | undefined> {
  try {
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  } catch {
    return undefined;
  }
}

/** The key first: a certificate without one would count as there. */
async function writePair(certificate: string, key: string, pair: Pair): Promise<void> {
  await writeWhole(key, pair.key, 0o600);
  await writeWhole(certificate, pair.certificate, 0o644);
}
