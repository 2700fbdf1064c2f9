import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('an empty environment has defaults', () => {
  const config = readConfig({});
  expect(config.prometheusUrl.href).toBe('http://prometheus.monitoring.svc:9090/');
  expect(config).toMatchObject({
    podNamespace: 'bellwether-system',
    watchNamespace: undefined,
    metricsPort: 9464,
    logLevel: 'info',
    apiUrl: undefined,
  });
});

test('an empty variable counts as unset', () => {
  const config = readConfig({ WATCH_NAMESPACE: '', METRICS_PORT: '' });
  expect(config).toMatchObject({ watchNamespace: undefined, metricsPort: 9464 });
});

test('every fault is named at once, with its value', () => {
  const read = () =>
    readConfig({ PROMETHEUS_URL: 'prometheus:9090', METRICS_PORT: '99999', LOG_LEVEL: 'loud' });
  expect(read).toThrow(/PROMETHEUS_URL="prometheus:9090"/);
  expect(read).toThrow(/METRICS_PORT="99999"/);
  expect(read).toThrow(/LOG_LEVEL="loud"/);
});
