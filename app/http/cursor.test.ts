import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Bounds,
  createCursors,
  type Page,
  type Position,
  pageAnswer,
  type Scope,
} from './cursor.ts';

const cursors = createCursors(new Uint8Array(32).fill(7));
const scope: Scope = ['courses', 'newest', undefined, 'beginner'];

interface Row {
  readonly at: number;
  readonly id: string;
}

/** As the database finds them. @param rows in the order of `at` */
function pageOfRows(rows: readonly Row[], limit: number, cursor?: string) {
  const positionOf = ({ at, id }: Row): Position => [at, id];
  const find = async (bounds: Bounds) => {
    const [after = -1] = bounds.after ?? [];
    return rows.filter(({ at }) => at > Number(after)).slice(0, bounds.limit);
  };
  return cursors.page({ limit, cursor }, { scope, find, positionOf, show: ({ id }) => id });
}

async function cursorAt(position: Position, of: Scope = scope): Promise<string> {
  const find = async () => [position, position];
  const list = { scope: of, find, positionOf: (row: Position) => row, show: String };
  const { page } = await cursors.page({ limit: 1 }, list);
  return page.nextCursor ?? '';
}

test('a cursor leads back to where the page ended', async () => {
  const values = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
  await fc.assert(
    fc.asyncProperty(fc.array(values, { maxLength: 4 }), async (position) => {
      expect(cursors.read(await cursorAt(position), scope)).toEqual(position);
    }),
  );
});

test('walking a list by its cursors shows every row once, in order', async () => {
  const rows = Array.from({ length: 23 }, (_, at) => ({ at, id: `row-${at}` }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<string> = await pageOfRows(rows, 5, cursor);
    seen.push(...page.data);
    cursor = page.page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(rows.map(({ id }) => id));
});

test('the last page has no cursor', async () => {
  const { page } = await pageOfRows([{ at: 1, id: 'a' }], 1);
  expect(page).toEqual({ limit: 1, nextCursor: null });
});

test.each([
  { name: 'another list', of: ['users', 'newest', undefined, 'beginner'] },
  { name: 'another sort', of: ['courses', 'title', undefined, 'beginner'] },
  { name: 'another filter', of: ['courses', 'newest', undefined, 'advanced'] },
  { name: 'filters moved by one place', of: ['courses', 'newest', 'beginner', undefined] },
] as const)('a cursor of $name is refused', async ({ of }) => {
  const cursor = await cursorAt(['x', 'y']);
  expect(() => cursors.read(cursor, of)).toThrow('does not belong to this list');
});

test('any change of a cursor is refused', async () => {
  const cursor = await cursorAt(['2026-01-01', 'id']);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, character) => {
      const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
      fc.pre(Buffer.from(changed, 'base64url').compare(Buffer.from(cursor, 'base64url')) !== 0);
      expect(() => cursors.read(changed, scope)).toThrow();
    }),
  );
});

test('a cursor made with another key is refused', async () => {
  const others = createCursors(new Uint8Array(32).fill(8));
  const cursor = await cursorAt([1]);
  expect(() => others.read(cursor, scope)).toThrow();
});

test('the link to the next page keeps the filters', () => {
  const page = { data: [], page: { limit: 1, nextCursor: 'abc.def' } };
  const answer = pageAnswer(page, '/api/v1/courses?q=a%20b&cursor=old');
  expect(answer.headers).toEqual({ Link: '</api/v1/courses?q=a+b&cursor=abc.def>; rel="next"' });
});
