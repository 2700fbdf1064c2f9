/** A statement without its values: what slow-query logs may show. */
import { createHash } from 'node:crypto';

export interface Fingerprint {
  /** 12 hex digits, equal for statements that differ in values only. */
  readonly fingerprint: string;
  /** The statement with every literal and every list of parameters shortened to `?`. */
  readonly statement: string;
}

const shownCharacters = 500;

/** @param text SQL, with or without literals */
export function fingerprintOf(text: string): Fingerprint {
  const normal = text
    .replaceAll(/\/\*.*?\*\//gs, ' ')
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/(?:\bE)?'(?:[^']|'')*'/gi, '?')
    .replaceAll(/\$\d+/g, '?')
    .replaceAll(/(?<![\w"])\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\?(?:\s*,\s*\?)+/g, '?')
    .replaceAll(/\(\s*\?\s*\)(?:\s*,\s*\(\s*\?\s*\))+/g, '(?)')
    .trim();
  const fingerprint = createHash('sha256').update(normal).digest('hex').slice(0, 12);
  return { fingerprint, statement: normal.slice(0, shownCharacters) };
}
