import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCursors, type Position, pageAnswer, type Scope } from './cursor.ts';

const cursors = createCursors(new Uint8Array(32).fill(7));
const scope: Scope = ['courses', 'newest', undefined, 'beginner'];

interface Row {
  readonly at: number;
  readonly id: string;
}

function pageOfRows(rows: readonly Row[], limit: number) {
  const positionOf = ({ at, id }: Row): Position => [at, id];
  return cursors.page(rows, { limit, scope, positionOf, show: ({ id }) => id });
}

function cursorAt(position: Position, of: Scope = scope): string {
  const rows = [position, position];
  const page = cursors.page(rows, { limit: 1, scope: of, positionOf: (row) => row, show: String });
  return page.page.nextCursor ?? '';
}

test('a cursor leads back to where the page ended', () => {
  const values = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (position) => {
      expect(cursors.read(cursorAt(position), scope)).toEqual(position);
    }),
  );
});

test('walking a list by its cursors shows every row once, in order', () => {
  const rows = Array.from({ length: 23 }, (_, at) => ({ at, id: `row-${at}` }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const [after = -1] = cursors.read(cursor, scope) ?? [];
    const rest = rows.filter(({ at }) => at > Number(after));
    const page = pageOfRows(rest.slice(0, 6), 5);
    seen.push(...page.data);
    cursor = page.page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(rows.map(({ id }) => id));
});

test('the last page has no cursor', () => {
  expect(pageOfRows([{ at: 1, id: 'a' }], 1).page).toEqual({ limit: 1, nextCursor: null });
});

test.each([
  { name: 'another list', of: ['users', 'newest', undefined, 'beginner'] },
  { name: 'another sort', of: ['courses', 'title', undefined, 'beginner'] },
  { name: 'another filter', of: ['courses', 'newest', undefined, 'advanced'] },
  { name: 'filters moved by one place', of: ['courses', 'newest', 'beginner', undefined] },
] as const)('a cursor of $name is refused', ({ of }) => {
  expect(() => cursors.read(cursorAt(['x', 'y']), of)).toThrow('does not belong to this list');
});

test('any change of a cursor is refused', () => {
  const cursor = cursorAt(['2026-01-01', 'id']);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, character) => {
      const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
      fc.pre(Buffer.from(changed, 'base64url').compare(Buffer.from(cursor, 'base64url')) !== 0);
      expect(() => cursors.read(changed, scope)).toThrow();
    }),
  );
});

test('a cursor made with another key is refused', () => {
  const others = createCursors(new Uint8Array(32).fill(8));
  expect(() => others.read(cursorAt([1]), scope)).toThrow();
});

test('the link to the next page keeps the filters', () => {
  const page = { data: [], page: { limit: 1, nextCursor: 'abc.def' } };
  const answer = pageAnswer(page, '/api/v1/courses?q=a%20b&cursor=old');
  expect(answer.headers).toEqual({ Link: '</api/v1/courses?q=a+b&cursor=abc.def>; rel="next"' });
});
