import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { plainAccess } from '../kubernetes/access.ts';
import { type Client, createClient } from '../kubernetes/client.ts';
import { createSecrets } from '../kubernetes/secrets.ts';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import { type AuthorityKeeper, createAuthorityKeeper } from './keeper.ts';

const namespace = 'bellwether-system';
const path = `/api/v1/namespaces/${namespace}/secrets/bellwether-sidecars`;
const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);

let server: ApiServer;
let client: Client;
let nowMs = start;
let isLeading = true;

beforeAll(async () => {
  server = await startApiServer();
  client = createClient(plainAccess(server.url), () => undefined);
});
afterAll(async () => {
  client.close();
  await server.close();
});
beforeEach(() => {
  nowMs = start;
  isLeading = true;
  server.intercept = () => undefined;
  server.store.delete(path);
  server.seen.length = 0;
});

function keeper(): AuthorityKeeper {
  const options = { namespace, isLeading: () => isLeading, wallMs: () => nowMs };
  return createAuthorityKeeper({ secrets: createSecrets(client), ...options });
}

const writes = () => server.seen.filter(({ method }) => method !== 'GET').length;

test('a missing authority is made once, and read by the next leader', async () => {
  const made = await keeper().refresh();
  const next = keeper();
  expect(await next.refresh()).toEqual(made);
  await next.refresh();
  expect(writes()).toBe(1);
});

test('two operators that find none end with the same', async () => {
  const [one, two] = await Promise.all([keeper().refresh(), keeper().refresh()]);
  expect(one).toEqual(two);
});

test('a successor is stored beside the authority, and follows it', async () => {
  const first = await keeper().refresh();
  nowMs = start + 2434 * dayMs;
  const introduced = await keeper().refresh();
  expect(await keeper().refresh()).toEqual(introduced);
  nowMs += 2 * dayMs;
  await keeper().refresh();
  expect(await keeper().refresh()).toEqual({
    current: introduced.next,
    previous: first.current.certificate,
  });
});

test('an authority that somebody deleted is written again by whoever knows it', async () => {
  const one = keeper();
  const made = await one.refresh();
  server.store.delete(path);
  expect(await one.refresh()).toEqual(made);
  expect(await keeper().refresh()).toEqual(made);
});

test.each([
  ['nothing', {}, /has no ca.crt with a ca.key/],
  ['text', { 'ca.crt': 'text', 'ca.key': 'text' }, /holds what is no certificate/],
])('a Secret with %s is an error and stays as it is', async (_, data, message) => {
  await createSecrets(client).put({ namespace, name: 'bellwether-sidecars' }, data, undefined);
  server.seen.length = 0;
  await expect(keeper().refresh()).rejects.toThrow(message);
  expect(writes()).toBe(0);
});

test('who does not lead writes nothing', async () => {
  isLeading = false;
  await expect(keeper().refresh()).rejects.toThrow(/lease was lost/);
  expect(writes()).toBe(0);
});

test('the operator’s certificate stays the same until it is due, and none is given before the authority is known', async () => {
  const one = keeper();
  expect(() => one.tls()).toThrow(/not known yet/);
  await one.refresh();
  const { certificate } = one.tls();
  nowMs = start + 59 * dayMs;
  expect(one.tls().certificate).toBe(certificate);
  nowMs = start + 60 * dayMs;
  expect(one.tls().certificate).not.toBe(certificate);
});
