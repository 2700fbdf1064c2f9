import { expect, test } from 'vitest';
import type { DatabaseOptions } from '../postgres/database.ts';
import { createBudgetDatabase } from './database.ts';

/** A database whose answers, Secret and clock the test sets; `opened` has the URLs of those that were opened. */
function start() {
  const state = {
    nowMs: 0,
    url: 'postgresql://one',
    secretRef: { name: 'operator-database', key: 'url' },
    refusal: undefined as Error | undefined,
    opened: [] as string[],
    closed: [] as string[],
    reads: 0,
    troubles: 0,
  };
  const database = createBudgetDatabase({
    spec: () => ({ secretRef: state.secretRef, role: 'lms' }),
    readUrl: async ({ name }) => {
      state.reads += 1;
      return `${state.url}/${name}`;
    },
    open: ({ url }: DatabaseOptions) => {
      state.opened.push(url);
      return {
        backendsOf: async () => {
          if (state.refusal) throw state.refusal;
          return [];
        },
        setRoleLimit: async () => {},
        close: async () => {
          state.closed.push(url);
        },
      };
    },
    timeoutMs: 1000,
    wallMs: () => state.nowMs,
    onTrouble: () => {
      state.troubles += 1;
    },
  });
  return { state, ask: () => database.backendsOf([]), close: database.close };
}

test('one connection serves every question for a minute', async () => {
  const { state, ask } = start();
  await ask();
  state.nowMs = 59_000;
  await ask();
  expect(state).toMatchObject({ reads: 1, opened: ['postgresql://one/operator-database'] });
});

test('a Secret that changed is noticed after a minute, the same one leaves the connection open', async () => {
  const { state, ask } = start();
  await ask();
  state.nowMs = 60_000;
  await ask();
  expect(state).toMatchObject({ reads: 2, closed: [] });
  state.url = 'postgresql://two';
  state.nowMs = 120_000;
  await ask();
  expect(state.opened.at(-1)).toBe('postgresql://two/operator-database');
  expect(state.closed).toEqual(['postgresql://one/operator-database']);
});

test('another Secret in the budget counts at once', async () => {
  const { state, ask } = start();
  await ask();
  state.secretRef = { name: 'other', key: 'url' };
  await ask();
  expect(state.opened.at(-1)).toBe('postgresql://one/other');
});

test('after a failure the Secret is read again, but not before five seconds', async () => {
  const { state, ask } = start();
  state.refusal = new Error('password authentication failed');
  await expect(ask()).rejects.toThrow('password authentication failed');
  state.refusal = undefined;
  state.url = 'postgresql://two';
  state.nowMs = 4000;
  await expect(ask()).rejects.toThrow('password authentication failed');
  expect(state).toMatchObject({ reads: 1, troubles: 1 });
  state.nowMs = 5000;
  expect(await ask()).toEqual([]);
  expect(state.opened.at(-1)).toBe('postgresql://two/operator-database');
});

test('one trouble is told once, and again after it was over', async () => {
  const { state, ask } = start();
  const failAt = async (nowMs: number, message: string) => {
    state.nowMs = nowMs;
    state.refusal = new Error(message);
    await expect(ask()).rejects.toThrow(message);
    return state.troubles;
  };
  expect(await failAt(0, 'refused')).toBe(1);
  expect(await failAt(5000, 'refused')).toBe(1);
  expect(await failAt(10_000, 'no such role')).toBe(2);
  state.nowMs = 15_000;
  state.refusal = undefined;
  await ask();
  expect(await failAt(20_000, 'no such role')).toBe(3);
});
