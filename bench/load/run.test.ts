import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Mix } from './mix.ts';
import { parsePlan } from './plan.ts';
import { Run } from './run.ts';

/** Every visit is one request for `/`. */
const mix: Mix = {
  lookAround: async () => {},
  prepare: async () => {},
  browse: async (visitor) => {
    await visitor.ask('page', { method: 'GET', path: '/' });
  },
  essays: async () => {
    throw new Error('a fault of the generator');
  },
};
const learners = [{ email: 'a@example.test', password: 'b' }];

let close = () => {};
afterEach(() => close());

async function runAgainst(listener: RequestListener, plan: object): Promise<Run> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  const target = new URL(`http://127.0.0.1:${port}`);
  const run = new Run(parsePlan({ ...plan, learners: 1 }), target, mix, learners);
  await run.start();
  return run;
}

const steps = [{ atSeconds: 0, perSecond: 50 }];

test('a slow server does not slow the visitors down, and its slowness is measured', async () => {
  let open = 0;
  let most = 0;
  const slow: RequestListener = (_, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.end('{}');
    }, 400);
  };
  const run = await runAgainst(slow, { arrivals: 'constant', durationSeconds: 1, browse: steps });
  const { total } = run.recorder.measurement();
  expect(total).toMatchObject({ requests: 49, failed: 0 });
  expect(total.p50Ms).toBeGreaterThan(390);
  expect(most).toBeGreaterThan(10);
});

test('an answer that is not as wanted is a failure, and so is a fault of our own', async () => {
  const failing: RequestListener = (_, response) => {
    response.statusCode = 503;
    response.end();
  };
  const plan = { arrivals: 'constant', durationSeconds: 1, browse: steps, essays: steps };
  const run = await runAgainst(failing, plan);
  expect(run.recorder.measurement().failures).toEqual({
    'page: status 503': 49,
    'generator: a fault of the generator': 49,
  });
});
