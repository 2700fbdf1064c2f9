/** Probes that notice within a second: a pod counts for learners as soon as it can serve them. */
import { k8s } from 'cdk8s-plus-27';
import type { Probes } from './pod.ts';

/** The three health routes of our own programs, on the named port. */
export function httpProbes(port: string): Probes {
  const get = (path: string) => ({ httpGet: { path, port: k8s.IntOrString.fromString(port) } });
  return timing(get('/startupz'), get('/readyz'), get('/livez'));
}

/** Prometheus has routes of its own. */
export function prometheusProbes(port: string): Probes {
  const get = (path: string) => ({ httpGet: { path, port: k8s.IntOrString.fromString(port) } });
  return timing(get('/-/ready'), get('/-/ready'), get('/-/healthy'));
}

/** One command for all three; a process each time, so not as often. */
export function commandProbes(...command: readonly string[]): Probes {
  const exec = { exec: { command: [...command] } };
  return timing(exec, exec, exec, 5);
}

/** Whether the named port accepts connections, for all three. */
export function tcpProbes(port: string): Probes {
  const connect = { tcpSocket: { port: k8s.IntOrString.fromString(port) } };
  return timing(connect, connect, connect);
}

/**
 * A minute to start, looked at each second; unready after 3 s of failures; killed only after 30 s,
 * because a restart helps against nothing but a hung process.
 */
function timing(
  startup: k8s.Probe,
  readiness: k8s.Probe,
  liveness: k8s.Probe,
  readinessPeriodSeconds = 1,
): Probes {
  return {
    startup: { ...startup, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
    readiness: {
      ...readiness,
      periodSeconds: readinessPeriodSeconds,
      timeoutSeconds: 3,
      failureThreshold: 3,
    },
    liveness: { ...liveness, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  };
}
