import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleBudget } from '../api/invalid-budgets.ts';
import { emptyLedger } from '../pooling/ledger.ts';
import { type BudgetStore, createRebalancer } from '../pooling/rebalance.ts';
import { step } from '../pooling/step.ts';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import { plainAccess } from './access.ts';
import { budgetsPath, createBudgetStore } from './budgets.ts';
import { type Client, createClient } from './client.ts';

const key = { namespace: 'lms', name: 'postgres' };
const path = `${budgetsPath('lms')}/postgres`;
const ledger = { ...emptyLedger, profiles: [{ name: 'api', floor: 3, surge: 1, replicas: 2 }] };

let server: ApiServer;
let client: Client;
let store: BudgetStore;

beforeAll(async () => {
  server = await startApiServer();
  client = createClient(plainAccess(server.url), () => undefined);
});
afterAll(async () => {
  client.close();
  await server.close();
});
beforeEach(() => {
  server.intercept = () => undefined;
  server.seen.length = 0;
  server.store.put(path, sampleBudget('postgres'), 'lms');
  store = createBudgetStore(client, key);
});

test('a budget that was never written has no ledger yet', async () => {
  expect(await store.read()).toMatchObject({
    serverConnections: 40,
    reserve: 4,
    enforceRoleLimit: false,
    status: {},
  });
});

test('what was written is read, by another store as well', async () => {
  const { version } = await store.read();
  const written = await store.write(version, { pods: 2, ledger });
  const other = await createBudgetStore(client, key).read();
  expect(other).toMatchObject({ version: written, status: { pods: 2, ledger } });
});

test('of two writes against one version only the first is stored', async () => {
  const { version } = await store.read();
  const other = createBudgetStore(client, key);
  expect(await other.write(version, { pods: 1, ledger })).toBeDefined();
  expect(await store.write(version, { pods: 7, ledger: emptyLedger })).toBeUndefined();
  expect((await store.read()).status).toEqual({ pods: 1, ledger });
});

test('a change of the spec in between is a conflict, too', async () => {
  const { version } = await store.read();
  server.store.put(path, sampleBudget('postgres', { serverConnections: 30 }), 'lms');
  expect(await store.write(version, { pods: 1, ledger })).toBeUndefined();
});

test('a status that is no ledger is an error, never an empty ledger', async () => {
  const status = { ledger: { leases: 'none' } };
  server.store.put(path, { ...sampleBudget('postgres'), status }, 'lms');
  await expect(store.read()).rejects.toThrow(/status of budget lms\/postgres: .*leases/s);
});

test('an invalid budget is an error that names the field', async () => {
  server.store.put(path, sampleBudget('postgres', { reserve: 40 }), 'lms');
  await expect(store.read()).rejects.toThrow('spec.reserve: 40 of 40: reserve must be less');
});

test('any other refusal is told as it is', async () => {
  const { version } = await store.read();
  server.intercept = () => ({ code: 503 });
  await expect(store.write(version, { ledger })).rejects.toMatchObject({ code: 503 });
});

describe('a rebalance', () => {
  const profile = (name: string, wantedReplicas: number) => ({
    ...{ name, floor: 3, weight: 1, surge: 1 },
    askedReplicas: 0,
    wantedReplicas,
  });
  const limits: number[] = [];
  const rebalancer = (isLeading: () => boolean) =>
    createRebalancer({
      store,
      look: async () => ({ profiles: [profile('api', 20), profile('worker', 2)], pods: [] }),
      poolers: { connect: () => Promise.reject(new Error('no pods')) },
      database: {
        backendsOf: async () => [],
        setRoleLimit: async (limit) => {
          limits.push(limit);
        },
      },
      namespace: 'lms',
      wallMs: () => Date.UTC(2026, 0, 1),
      sleep: async () => undefined,
      isLeading,
      step,
    });
  const granted = async () => (await store.read()).status.ledger?.profiles;

  test('lets several profiles share one budget', async () => {
    await rebalancer(() => true).run();
    // 36 to share, 6 of them for the surges: 10 pods, 2 of them workers.
    expect(await granted()).toMatchObject([
      { name: 'api', replicas: 8 },
      { name: 'worker', replicas: 2 },
    ]);
  });

  test('is done again from what is stored when the budget changed before its write', async () => {
    let left = 1;
    server.intercept = ({ method }) => {
      if (method === 'PUT' && left > 0) {
        left -= 1;
        server.store.put(path, sampleBudget('postgres', { serverConnections: 25 }), 'lms');
      }
      return undefined;
    };
    await rebalancer(() => true).run();
    // 21 to share, 6 of them for the surges: 5 pods, 2 of them workers.
    expect(await granted()).toMatchObject([{ replicas: 3 }, { replicas: 2 }]);
  });

  test('gives up when the ledger never stands still', async () => {
    server.intercept = ({ method }) => (method === 'PUT' ? { code: 409 } : undefined);
    await expect(rebalancer(() => true).run()).rejects.toThrow(/written by others 5 times/);
  });

  test('of an operator that does not lead writes nothing', async () => {
    expect(await rebalancer(() => false).run()).toBeUndefined();
    expect(server.seen.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test('sets the fuse to the budget', async () => {
    limits.length = 0;
    const database = { secretRef: { name: 'db' }, role: 'lms' };
    const spec = { database, enforceRoleLimit: true };
    server.store.put(path, sampleBudget('postgres', spec), 'lms');
    await rebalancer(() => true).run();
    expect(limits).toEqual([40]);
  });
});
