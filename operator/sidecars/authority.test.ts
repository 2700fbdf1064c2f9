import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Authority, advance, isDue, operatorTls, poolerTls, trusted } from './authority.ts';
import { issue } from './certificate.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const at = (days: number) => start + days * dayMs;
const first = advance(undefined, start);

/** The authority after a pass on each of these days. */
function passes(days: readonly number[], from: Authority = first): Authority {
  return days.reduce((authority, day) => advance(authority, at(day)), from);
}

function signedBy(certificate: string, authority: string): boolean {
  return new X509Certificate(certificate).verify(new X509Certificate(authority).publicKey);
}

test.each([
  [59, false],
  [60, true],
  [91, true],
])('of 90 days, after %d a certificate is due: %s', (day, isIt) => {
  const life = { fromMs: start, untilMs: at(90) };
  const { certificate } = issue({ commonName: 'x', usage: 'client', ...life });
  expect(isDue(certificate, at(day))).toBe(isIt);
});

test('at rest the authority stays the same object', () => {
  expect(advance(first, at(1))).toBe(first);
  expect(advance(first, at(2400))).toBe(first);
});

test('a successor is trusted for a day before it signs', () => {
  // Two thirds of 3,650 days are 2,433.3.
  const introduced = passes([2434]);
  expect(introduced.current).toBe(first.current);
  expect(introduced.next).toBeDefined();
  expect(advance(introduced, at(2434.9))).toBe(introduced);
  const followed = advance(introduced, at(2435));
  expect(followed).toEqual({ current: introduced.next, previous: first.current.certificate });
});

test('the predecessor is trusted until it ends', () => {
  const followed = passes([2434, 2435]);
  expect(advance(followed, at(3649))).toBe(followed);
  expect(advance(followed, at(3650))).toEqual({ current: followed.current });
});

test('all are trusted at once, the one that signs first', () => {
  const { current, next, previous } = { ...passes([2434]), previous: first.current.certificate };
  expect(trusted({ current, ...(next && { next }), previous })).toBe(
    `${current.certificate}${next?.certificate}${previous}`,
  );
});

test('a certificate is kept until a third of its life is left, whoever signs by then', () => {
  const held = poolerTls(first, undefined, at(2433));
  const introduced = passes([2434]);
  const followed = advance(introduced, at(2435));
  for (const [authority, day] of [
    [first, 2434],
    [introduced, 2434],
    [followed, 2436],
  ] as const) {
    const kept = poolerTls(authority, held, at(day));
    expect(kept).toEqual({ ...held, authority: trusted(authority) });
  }
  // A third of 90 days before its end.
  const renewed = poolerTls(followed, held, at(2433 + 60));
  expect(renewed.certificate).not.toBe(held.certificate);
  expect(signedBy(renewed.certificate, followed.current.certificate)).toBe(true);
});

test.each([
  ['of another authority', () => poolerTls(advance(undefined, start), undefined, start)],
  ['that is none', () => ({ certificate: 'none', key: 'none' })],
  [
    'with the key of another',
    () => ({ ...poolerTls(first, undefined, start), key: first.current.key }),
  ],
])('a held certificate %s is replaced', (_, held) => {
  const tls = poolerTls(first, held(), start);
  expect(tls.certificate).not.toBe(held().certificate);
  expect(signedBy(tls.certificate, first.current.certificate)).toBe(true);
});

test('names are those that PgBouncer and the console ask for', () => {
  const name = (certificate: string) => new X509Certificate(certificate).subject;
  expect(name(operatorTls(first, undefined, start).certificate)).toBe('CN=bellwether');
  expect(name(poolerTls(first, undefined, start).certificate)).toBe('CN=pooler.bellwether');
});
