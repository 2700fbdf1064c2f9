/** Keyset pages: opaque cursors, authenticated and bound to the list, its sort order and its filters. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { badRequest } from '../problem.ts';
import type { Answer } from './route.ts';

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(1024).optional(),
};

/** The answer of every list of `item`s. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    data: z.array(item),
    page: z.strictObject({ limit: z.int(), nextCursor: z.string().nullable() }),
  });
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly page: { readonly limit: number; readonly nextCursor: string | null };
}

/** Where a page ended: the sort key's values, the last of them unique. */
export type Position = readonly (string | number | null)[];

/** What a cursor is good for: the list and everything that orders or filters it. */
export type Scope = readonly (string | number | boolean | null | undefined)[];

/** Which page of a list is asked for: `pageQuery`, parsed. */
interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Which rows of a list to find: those after a position, so many of them at most. */
export interface Bounds {
  readonly after: Position | undefined;
  readonly limit: number;
}

export interface Cursors {
  /** @throws Problem 400 when the cursor is not ours, was changed, or is of another list or filter */
  readonly read: (cursor: string | undefined, scope: Scope) => Position | undefined;
  /** The page that is asked for. @returns rejects like `read` */
  readonly page: <R, T>(query: PageQuery, list: List<R, T>) => Promise<Page<T>>;
}

interface List<R, T> {
  readonly scope: Scope;
  /** Asked for one row more than a page has: it only shows that there is a next page. */
  readonly find: (bounds: Bounds) => Promise<readonly R[]>;
  /** The row's sort key. */
  readonly positionOf: (row: R) => Position;
  readonly show: (row: R) => T;
}

const macBytes = 16;
const positionSchema = z.array(z.union([z.string(), z.number(), z.null()]));

/** @param key secret of 32 bytes or more */
export function createCursors(key: Uint8Array): Cursors {
  const macOf = (payload: string, scope: Scope) =>
    createHmac('sha256', key)
      .update(JSON.stringify([payload, ...scope.map((part) => part ?? null)]))
      .digest()
      .subarray(0, macBytes);

  const write = (position: Position, scope: Scope) => {
    const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${payload}.${macOf(payload, scope).toString('base64url')}`;
  };

  const read = (cursor: string | undefined, scope: Scope) => {
    if (cursor === undefined) return undefined;
    const [payload = '', mac = ''] = cursor.split('.');
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== macBytes || !timingSafeEqual(given, macOf(payload, scope))) {
      throw badRequest('bad-cursor', 'The cursor does not belong to this list and its filters.', [
        { parameter: 'cursor', rule: 'cursor', detail: 'Start again without a cursor.' },
      ]);
    }
    return positionSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  };

  return {
    read,
    page: async ({ limit, cursor }, { scope, find, positionOf, show }) => {
      const rows = await find({ after: read(cursor, scope), limit: limit + 1 });
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      const more = rows.length > limit && last !== undefined;
      return {
        data: data.map(show),
        page: { limit, nextCursor: more ? write(positionOf(last), scope) : null },
      };
    },
  };
}

/** A page as an answer, with its `Link` to the next one. @param url path and query as received */
export function pageAnswer<T>(page: Page<T>, url: string): Answer {
  if (page.page.nextCursor === null) return { status: 200, body: page };
  return { status: 200, body: page, headers: { Link: nextLink(url, page.page.nextCursor) } };
}

function nextLink(url: string, cursor: string): string {
  const start = url.indexOf('?');
  const query = new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
  query.set('cursor', cursor);
  return `<${start < 0 ? url : url.slice(0, start)}?${query}>; rel="next"`;
}
