/** A profile with a resource metric over real HTTP: pods and their samples, and what is said when they cannot be read. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';
import { parseDuration } from './pod-metrics.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
  scene.api.servesMetrics = true;
  scene.addTarget('web', 2);
});
afterEach(() => scene.close());

const cpu = {
  name: 'cpu',
  type: 'Resource',
  resource: { name: 'cpu', container: 'api' },
  target: { type: 'Utilization', averageUtilization: 70 },
};

const metricsPath = '/apis/metrics.k8s.io/v1beta1/namespaces/lms/pods';

function failure() {
  const [metric] = scene.statusOf('web').decision?.proposals ?? [];
  return { failed: metric?.failed, message: metric?.message };
}

test('the target follows what its own pods use', async () => {
  scene.addPod('web', 'web-1', '1049999999n');
  scene.addPod('web', 'web-2', '1050m');
  scene.addPod('other', 'other-1', '9');
  scene.addProfile('web', { metrics: [cpu] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(3);
  expect(scene.statusOf('web').metrics).toEqual([
    { name: 'cpu', value: 105, at: '2026-11-21T09:59:55.000Z' },
  ]);
});

test('a pod without a sample counts for nothing going up', async () => {
  scene.addPod('web', 'web-1', '1050m');
  scene.addPod('web', 'web-2');
  scene.addProfile('web', { metrics: [cpu] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(2);
});

test('without a resource metric nobody asks what pods use', async () => {
  scene.addPod('web', 'web-1', '1');
  scene.setLoad('20');
  scene.addProfile('web');
  await scene.pass('web');
  expect(scene.api.seen.filter(({ path }) => path === metricsPath)).toEqual([]);
});

test('a cluster without metrics-server is told to have none; nothing moves', async () => {
  scene.api.servesMetrics = false;
  scene.addPod('web', 'web-1', '0');
  scene.addProfile('web', { metrics: [cpu] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(2);
  expect(failure()).toEqual({
    failed: 'error',
    message: expect.stringMatching(/serves no metrics\.k8s\.io: is metrics-server installed\?/),
  });
  expect(scene.conditionOf('web', 'ScalingActive')).toMatchObject({
    status: 'False',
    reason: 'FailedGetResourceMetric',
  });
  expect(scene.eventReasons()).toContain('FailedGetResourceMetric');

  scene.api.servesMetrics = true;
  scene.wait(5);
  await scene.pass('web');
  expect(scene.conditionOf('web', 'ScalingActive')).toMatchObject({ status: 'True' });
});

test('a refusal or an outage of the metrics API is named', async () => {
  scene.addPod('web', 'web-1', '0');
  scene.addProfile('web', { metrics: [cpu] });
  scene.api.intercept = ({ path }) => (path === metricsPath ? { code: 503 } : undefined);
  await scene.pass('web');
  expect(failure()).toEqual({ failed: 'error', message: expect.stringMatching(/injected/) });
  expect(scene.replicasOf('web')).toBe(2);
});

test('samples that are no longer renewed are stale', async () => {
  scene.addPod('web', 'web-1', '0');
  scene.addPod('web', 'web-2', '0');
  scene.addProfile('web', { metrics: [cpu] });
  scene.wait(56);
  await scene.pass('web');
  expect(failure()).toEqual({ failed: 'stale', message: expect.stringMatching(/61 s old/) });
  const { values } = await scene.metrics.readingFailures.get();
  expect(values).toMatchObject([{ labels: { reason: 'stale' }, value: 1 }]);
  expect(scene.replicasOf('web')).toBe(2);
});

test('another metric goes on raising while this one cannot be read', async () => {
  scene.api.servesMetrics = false;
  const load = {
    name: 'load',
    type: 'Prometheus',
    prometheus: { query: 'load' },
    target: { type: 'AverageValue', averageValue: '10' },
  };
  scene.setLoad('60');
  scene.addProfile('web', { metrics: [cpu, load] });
  await scene.pass('web');
  expect(scene.replicasOf('web')).toBe(6);
});

test.each([
  { text: '15s', ms: 15_000 },
  { text: '15.123s', ms: 15_123 },
  { text: '1m2.5s', ms: 62_500 },
  { text: '1h0m0s', ms: 3_600_000 },
  { text: '900ms', ms: 900 },
  { text: '0s', ms: 0 },
  { text: '0', ms: 0 },
  { text: '15', ms: undefined },
  { text: '', ms: undefined },
  { text: 'soon', ms: undefined },
])('a window of "$text" is $ms ms', ({ text, ms }) => {
  expect(parseDuration(text)).toBe(ms);
});
