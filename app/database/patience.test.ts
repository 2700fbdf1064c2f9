import {
  DriverAdapterError,
  type MappedError,
  type SqlDriverAdapter,
} from '@prisma/driver-adapter-utils';
import { expect, test } from 'vitest';
import { patient } from './patience.ts';

const select = { sql: 'SELECT 1', args: [], argTypes: [] };

/** An adapter whose statements fail this often with this, and then affect one row. */
async function adapterFailing(
  times: number,
  cause: MappedError & { originalCode?: string; originalMessage?: string },
) {
  let tries = 0;
  const executeRaw = async () => {
    tries += 1;
    if (tries <= times) throw new DriverAdapterError(cause);
    return 1;
  };
  const adapter: Partial<SqlDriverAdapter> = {
    provider: 'postgres',
    adapterName: 'test',
    executeRaw,
  };
  const factory = {
    provider: 'postgres',
    adapterName: 'test',
    connect: async () => adapter,
  } as Parameters<typeof patient>[0];
  const connected = await patient(factory, { forMs: 60, retryMs: 1 }).connect();
  return { ask: () => connected.executeRaw(select), tries: () => tries };
}

const postgres = {
  kind: 'postgres',
  severity: 'FATAL',
  detail: undefined,
  column: undefined,
  hint: undefined,
} as const;
const noServer = {
  ...postgres,
  code: '08P01',
  message: 'server login has been failing, cached error: connect failed (server_login_retry)',
};
const starting = { ...postgres, code: '57P03', message: 'the database system is starting up' };
const unreachable = { kind: 'DatabaseNotReachable' } as const;
const full = { kind: 'TooManyConnections', cause: 'too many connections for role "lms"' } as const;
const crashed = { ...postgres, code: '08P01', message: 'server conn crashed?' };
const ended = { ...postgres, code: '57P01', message: 'terminating connection' };

function original(error: MappedError) {
  return error.kind === 'postgres'
    ? { ...error, originalCode: error.code, originalMessage: error.message }
    : error;
}

test.each([noServer, starting, unreachable, full])(
  'a statement that reached no database is asked again: %o',
  async (cause) => {
    const { ask, tries } = await adapterFailing(3, original(cause));
    expect(await ask()).toBe(1);
    expect(tries()).toBe(4);
  },
);

test.each([crashed, ended])('one that may have been carried out is not: %o', async (cause) => {
  const { ask, tries } = await adapterFailing(1, original(cause));
  await expect(ask()).rejects.toThrow(DriverAdapterError);
  expect(tries()).toBe(1);
});

test('patience ends, with what was wrong', async () => {
  const { ask } = await adapterFailing(Infinity, original(unreachable));
  await expect(ask()).rejects.toThrow(DriverAdapterError);
});
