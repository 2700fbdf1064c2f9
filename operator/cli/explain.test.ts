import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleProfile } from '../api/sample-profile.ts';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import type { Terminal } from './command.ts';
import { explainCommand } from './explain.ts';
import { InputError } from './input.ts';

const path = '/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/lms/scaleprofiles/web';

let api: ApiServer;
let printed: string[];
let interrupt: () => void;
let printing: EventTarget;

beforeEach(async () => {
  api = await startApiServer();
  printed = [];
  printing = new EventTarget();
  vi.stubEnv('KUBERNETES_API_URL', api.url.href);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

const terminal: Terminal = {
  write: (text) => {
    printed.push(text);
    printing.dispatchEvent(new Event('printed'));
  },
  hasColours: false,
  onInterrupt: (stop) => {
    interrupt = stop;
  },
};

const at = '2026-11-21T10:00:00.000Z';

function decision(desiredReplicas: number, decidedAt = at) {
  return {
    at: decidedAt,
    mode: 'Active',
    currentReplicas: 4,
    readyReplicas: 4,
    proposedReplicas: desiredReplicas,
    desiredReplicas,
    winner: 'requests',
    reason: 'DesiredWithinRange',
    message: `${desiredReplicas} replicas`,
    proposals: [
      { name: 'requests', replicas: desiredReplicas, value: 140, at, message: 'so many' },
    ],
    limits: [],
  };
}

function put(status: object | undefined): void {
  const profile = sampleProfile('web', { strategy: { type: 'HPA' } });
  const metadata = { name: 'web', namespace: 'lms' };
  api.store.put(path, { ...profile, metadata, ...(status && { status }) }, 'lms');
}

test('one request, of the profile alone, explains its target', async () => {
  put({ observedGeneration: 1, decision: decision(4) });
  const text = await explainCommand.run(['lms/web'], terminal);
  expect(text).toContain(
    'lms/web: Deployment/web, 2 to 10 replicas, strategy HPA\n  4 (4 ready) -> 4',
  );
  expect(text).toContain('requests above 154 (now 140)');
  expect(api.seen).toEqual([{ method: 'GET', path, isWatch: false }]);
});

test('--json is the same for scripts; -n stands for the namespace', async () => {
  put({ observedGeneration: 1, decision: decision(4) });
  const text = await explainCommand.run(['web', '-n', 'lms', '--json'], terminal);
  expect(JSON.parse(String(text))).toMatchObject({
    profile: 'lms/web',
    decision: { desiredReplicas: 4 },
    oneMore: { replicas: 5, thresholds: [{ metric: 'requests', comparison: 'above' }] },
  });
});

test('--watch prints a block when something but the time changed, until Ctrl-C', async () => {
  put({ observedGeneration: 1, decision: decision(4) });
  const first = once(printing, 'printed');
  const ended = explainCommand.run(['lms/web', '--watch'], terminal);
  await first;
  const second = once(printing, 'printed');
  await vi.waitFor(() => expect(api.seen.some(({ isWatch }) => isWatch)).toBe(true));
  put({ observedGeneration: 1, decision: decision(4, '2026-11-21T10:01:00.000Z') });
  put({ observedGeneration: 1, decision: decision(6) });
  await second;
  interrupt();
  expect(await ended).toBe('');
  expect(printed.map((text) => /-> (\d+)/.exec(text)?.[1])).toEqual(['4', '6']);
});

test.each([
  { name: 'no such profile', args: ['lms/other'], said: 'there is no ScaleProfile lms/other' },
  { name: 'a profile without status', args: ['lms/web'], said: /lms\/web has no status yet/ },
  { name: 'no name', args: ['lms/'], said: '"lms/" is not NAMESPACE/NAME' },
  { name: 'two names', args: ['lms/a', 'lms/b'], said: /^usage: bellwether explain/ },
  { name: 'an unknown option', args: ['lms/a', '--follow'], said: /--follow/ },
  {
    name: 'a kubeconfig that is not there',
    args: ['lms/web', '--kubeconfig', '/nowhere'],
    said: /^no way to the API server: .*\/nowhere/,
  },
])('$name is said', async ({ args, said }) => {
  put(undefined);
  const failure = explainCommand.run(args, terminal);
  await expect(failure).rejects.toThrow(InputError);
  await expect(failure).rejects.toThrow(said);
});

test('a refusal is said with the reason', async () => {
  api.intercept = () => ({ code: 403 });
  await expect(explainCommand.run(['lms/web'], terminal)).rejects.toThrow(/^no access: .*403/);
});
