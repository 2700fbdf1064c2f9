/** `If-Match`: a change goes through only against the version that its author has read. */
import { changedSince, matchRequired } from '../problem.ts';
import type { Incoming } from './route.ts';

/**
 * The version that the client read, from an `If-Match` of one strong tag as our GETs hand it out.
 *
 * @param prefix of the thing's tags, so that a lesson's tag never passes for a course's
 * @throws Problem 428 without the header, 412 when it can match no version of this thing
 */
export function versionRead(request: Pick<Incoming, 'header'>, prefix: string): number {
  const header = request.header('if-match');
  if (header === undefined) throw matchRequired();
  const [, version] = new RegExp(`^"${prefix}(\\d{1,9})"$`).exec(header.trim()) ?? [];
  if (version === undefined) throw changedSince();
  return Number(version);
}

/** The entity tag of a version, without quotes. */
export function versionTag(prefix: string, version: number): string {
  return `${prefix}${version}`;
}
