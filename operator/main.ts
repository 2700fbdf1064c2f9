/** The operator: configuration, clients, health, leader election and, while it leads, the loop. */
import { randomUUID } from 'node:crypto';
import { accessFor } from './access.ts';
import { createBudgets } from './budgets/budgets.ts';
import { readConfig } from './config.ts';
import { serveHealth } from './health.ts';
import { type Answered, createClient } from './kubernetes/client.ts';
import { createDiscovery } from './kubernetes/discovery.ts';
import { createElection } from './kubernetes/election.ts';
import { createEvents } from './kubernetes/events.ts';
import { createLeaseStore } from './kubernetes/lease.ts';
import { createPodMetrics } from './kubernetes/pod-metrics.ts';
import { createProfiles } from './kubernetes/profiles.ts';
import { createSecrets } from './kubernetes/secrets.ts';
import { createTargets } from './kubernetes/target.ts';
import { createTemplates } from './kubernetes/templates.ts';
import { campaign } from './leadership.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { redisConsoles } from './near-caches/consoles.ts';
import { createNearCaches } from './near-caches/near-caches.ts';
import { createPace } from './pace.ts';
import { pgbouncerPoolers } from './pgbouncer/poolers.ts';
import { openDatabase } from './postgres/database.ts';
import { createPrometheus } from './prometheus/client.ts';
import { createReporter } from './reporter.ts';
import { createBootFloors } from './sidecars/boot-floors.ts';
import { createAuthorityKeeper } from './sidecars/keeper.ts';
import { createRenewals } from './sidecars/renewals.ts';
import { createSidecars } from './sidecars/sidecars.ts';
import { lead } from './term.ts';
import { realTiming as timing } from './timing.ts';

const config = readConfig();
const log = createLog(config.logLevel);
const stopping = new AbortController();
const health = { isStarted: false, isStopping: false };

const metrics = createMetrics(() => election.isLeading());
const count = ({ verb, code }: Answered) => metrics.apiRequests.inc({ verb, code });
const client = createClient(await accessFor(config), count);
// With connections of its own: renewals must not wait behind a burst of other requests.
const leaseClient = createClient(await accessFor(config), count);
const leases = createLeaseStore(leaseClient, config.podNamespace, 'bellwether-operator');
// A container that restarts in the same pod is another candidate: its predecessor's writes may still be under way.
const identity = `${config.podName}_${randomUUID().slice(0, 8)}`;
const election = createElection(leases, identity, timing);
const { isLeading } = election;
const { wallMs } = timing;

const profiles = createProfiles(client);
const targets = createTargets({
  client,
  discovery: createDiscovery(client, timing.monotonicMs),
  namespace: config.watchNamespace,
  onTrouble: (error) => log.warn({ error }, 'watch failed'),
});
const podMetrics = createPodMetrics(client);
const events = createEvents(client, config.podName);
const prometheus = createPrometheus(config.prometheusUrl);
const { isScaling } = targets;
const reporter = createReporter({ profiles, events, metrics, log, isLeading, wallMs, isScaling });
const secrets = createSecrets(client);
const authority = { secrets, namespace: config.podNamespace, isLeading, wallMs };
const keeper = createAuthorityKeeper(authority);
const poolers = pgbouncerPoolers({ tls: keeper.tls, timeoutMs: 1000 });
const renewals = createRenewals({
  ...{ poolers, isLeading, wallMs },
  onTrouble: (pod, error) => log.warn({ pod, error }, 'pooler did not read its files'),
});
const bootFloors = createBootFloors(wallMs);
const budgets = createBudgets({
  ...{ client, targets, secrets, poolers, renewals, bootFloors },
  ...{ openDatabase, metrics, log, isLeading, timing },
  namespace: config.watchNamespace,
});
const sidecars = createSidecars({
  ...{ client, targets, secrets, keeper, renewals, bootFloors },
  ...{ profiles, log, isLeading, wallMs },
  templates: createTemplates(client),
  images: config.sidecarImages,
  namespace: config.watchNamespace,
});
const nearCaches = createNearCaches({
  ...{ client, targets, log, isLeading, wallMs },
  metrics: metrics.nearCaches,
  connect: redisConsoles({ secrets, tls: keeper.tls, timeoutMs: 500 }),
});
const world = {
  targets,
  budgets,
  nearCaches,
  sidecars,
  podMetrics,
  prometheus,
  reporter,
  metrics,
  log,
  pace: createPace(timing, stopping.signal),
  isLeading,
  wallMs,
};
const term = { world, client, profiles, timing, watchNamespace: config.watchNamespace };

for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, stop);
const server = serveHealth(config.metricsPort, health, metrics.register);
log.info({ identity, prometheus: config.prometheusUrl, api: client.server }, 'operator started');

await campaign({
  election,
  timing,
  signal: stopping.signal,
  lead: (signal) => lead(term, signal),
  onAttempt: (error) => {
    if (error === undefined) health.isStarted = true;
    else log.warn({ error }, 'leader election failed');
  },
});
log.info({}, 'operator stopped');
server.close();
server.closeAllConnections();
client.close();
leaseClient.close();
prometheus.close();

function stop() {
  health.isStopping = true;
  stopping.abort();
}
