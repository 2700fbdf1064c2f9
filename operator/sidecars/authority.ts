/** The sidecars' authority: who signs now, who is trusted, and when certificates are made anew. */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { consoleUser, type PoolerTls, poolerServerName } from '../pgbouncer/files.ts';
import { issue, type KeyPair } from './certificate.ts';

export interface Authority {
  /** Signs. */
  readonly current: KeyPair;
  /** Already trusted everywhere, and signs as soon as everybody had the time to hear of it. */
  readonly next?: KeyPair;
  /** The certificate of the one before, for what it signed. */
  readonly previous?: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clocks of nodes differ: a certificate is valid from before it was made. */
const backdatedMs = hourMs;
const authorityLifeMs = 3650 * dayMs;
const leafLifeMs = 90 * dayMs;
/** Until every pooler has read the files that trust a new authority. */
const introductionMs = dayMs;

/** Whether a third of its life or less is left. */
export function isDue(certificate: string, nowMs: number): boolean {
  const { fromMs, untilMs } = validity(certificate);
  return untilMs - nowMs <= (untilMs - fromMs) / 3;
}

/**
 * The authority as it should be now: made where there is none, followed by another in time. Each change leaves what was signed
 * before valid: the successor is trusted for a day before it signs, and the predecessor until it ends.
 *
 * @returns the same object when nothing is to be done
 */
export function advance(authority: Authority | undefined, nowMs: number): Authority {
  if (!authority) return { current: found(nowMs) };
  const { current, next, previous } = authority;
  if (next && nowMs - validity(next.certificate).fromMs - backdatedMs >= introductionMs) {
    return { current: next, previous: current.certificate };
  }
  if (!next && isDue(current.certificate, nowMs)) return { ...authority, next: found(nowMs) };
  const isOver = previous !== undefined && validity(previous).untilMs <= nowMs;
  return isOver ? { current, ...(next && { next }) } : authority;
}

/** The certificates that poolers and operator trust, in PEM, one after the other. */
export function trusted({ current, next, previous = '' }: Authority): string {
  return `${current.certificate}${next?.certificate ?? ''}${previous}`;
}

/** @param held kept while it is good, so that nobody has to read it anew */
export function operatorTls(
  authority: Authority,
  held: KeyPair | undefined,
  nowMs: number,
): PoolerTls {
  return tlsOf(authority, held, nowMs, { commonName: consoleUser, usage: 'client' });
}

/** @param held as for `operatorTls` */
export function poolerTls(
  authority: Authority,
  held: KeyPair | undefined,
  nowMs: number,
): PoolerTls {
  return tlsOf(authority, held, nowMs, { commonName: poolerServerName, usage: 'server' });
}

function tlsOf(
  authority: Authority,
  held: KeyPair | undefined,
  nowMs: number,
  wanted: { readonly commonName: string; readonly usage: 'client' | 'server' },
): PoolerTls {
  const isGood = held && isSigned(authority, held) && !isDue(held.certificate, nowMs);
  const life = { fromMs: nowMs - backdatedMs, untilMs: nowMs + leafLifeMs };
  const { certificate, key } = isGood
    ? held
    : issue({ ...wanted, ...life, issuer: authority.current });
  return { authority: trusted(authority), certificate, key };
}

/** Whether one of those that are trusted signed it, and it fits its key. */
function isSigned({ current, next, previous }: Authority, { certificate, key }: KeyPair): boolean {
  const authorities = [current.certificate, next?.certificate, previous];
  try {
    const subject = new X509Certificate(certificate);
    return (
      authorities
        .filter((each) => each !== undefined)
        .map((each) => new X509Certificate(each))
        .some((each) => subject.checkIssued(each) && subject.verify(each.publicKey)) &&
      subject.checkPrivateKey(createPrivateKey(key))
    );
  } catch {
    return false;
  }
}

/** A new authority. Names differ, so that of several that are trusted the right one is found. */
function found(nowMs: number): KeyPair {
  return issue({
    commonName: `bellwether sidecars ${randomBytes(4).toString('hex')}`,
    usage: 'authority',
    fromMs: nowMs - backdatedMs,
    untilMs: nowMs + authorityLifeMs,
  });
}

function validity(certificate: string) {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return { fromMs: validFromDate.getTime(), untilMs: validToDate.getTime() };
}
