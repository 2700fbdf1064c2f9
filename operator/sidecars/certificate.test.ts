import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { issue, type KeyPair } from './certificate.ts';

const hourMs = 3_600_000;
const life = { fromMs: Date.now() - hourMs, untilMs: Date.now() + hourMs };
const authority = issue({ commonName: 'authority', usage: 'authority', ...life });
const other = issue({ commonName: 'other', usage: 'authority', ...life });
const server = issue({ commonName: 'pooler.test', usage: 'server', issuer: authority, ...life });
const client = issue({ commonName: 'operator', usage: 'client', issuer: authority, ...life });
const stranger = issue({ commonName: 'operator', usage: 'client', issuer: other, ...life });

/** Who the server takes the client for; rejects when either end refuses. */
async function shakeHands(by: KeyPair, as: KeyPair, trusts = authority): Promise<string> {
  const own = { cert: as.certificate, key: as.key };
  const listener = createServer({
    ...own,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const refused = once(listener, 'tlsClientError').then(([error]) => Promise.reject(error));
  refused.catch(() => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: trusts.certificate,
    cert: by.certificate,
    key: by.key,
    servername: 'pooler.test',
  });
  // What the other end says after it refused.
  socket.on('error', () => undefined);
  try {
    const accepted = once(listener, 'secureConnection') as Promise<[TLSSocket]>;
    await Promise.race([once(socket, 'secureConnect'), refused]);
    const [seen] = await Promise.race([accepted, refused]);
    return String(seen.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
    listener.close();
  }
}

test('both ends of a connection prove who they are', async () => {
  expect(await shakeHands(client, server)).toBe('operator');
});

test.each([
  ['a client of another authority', () => shakeHands(stranger, server)],
  ['a pooler’s certificate in the place of a client’s', () => shakeHands(server, server)],
  ['a client’s certificate in the place of a pooler’s', () => shakeHands(client, client)],
  [
    'a pooler of an authority that the client does not trust',
    () => shakeHands(client, server, other),
  ],
])('%s is refused', async (_, handshake) => {
  await expect(handshake()).rejects.toThrow();
});

test('an authority signs, and what it signs may not', () => {
  expect(new X509Certificate(authority.certificate).ca).toBe(true);
  expect(new X509Certificate(server.certificate).ca).toBe(false);
});

test('life and names are as asked for; serial numbers are never the same', () => {
  const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 3, 1)];
  const request = {
    commonName: 'pooler.test',
    usage: 'server',
    fromMs: from,
    untilMs: until,
  } as const;
  const [one, two] = [1, 2].map(() => new X509Certificate(issue(request).certificate));
  expect(one?.validFromDate.getTime()).toBe(from);
  expect(one?.validToDate.getTime()).toBe(until);
  expect(one?.subjectAltName).toBe('DNS:pooler.test');
  expect(one?.serialNumber).not.toBe(two?.serialNumber);
});
