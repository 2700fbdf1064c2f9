/** What differs between the places that we deploy to: one typed value for each. */
import { namespaces } from './labels.ts';

/** Where PostgreSQL and the two Redises run. */
type DataSource =
  /** Single instances of our own, on a directory of the one node; for development and tests. */
  | { readonly type: 'inCluster' }
  /** Managed services; their URLs come from the Secrets, their addresses are opened for egress. */
  | { readonly type: 'managed'; readonly networks: readonly string[] };

export interface Environment {
  /** Put before image names, with the slash. */
  readonly imagePrefix: string;
  readonly data: DataSource;
  /** Connections to PostgreSQL that all pods share, and what is kept for migrations, monitoring, the operator and people. */
  readonly connections: { readonly budget: number; readonly reserve: number };
  /** Whether the Secret `lms` has a `read-database-url`. */
  readonly readReplica: boolean;
  /** Ports of every node that lead to the API and to Prometheus, if any. */
  readonly nodePorts?: { readonly api: number; readonly prometheus: number };
  /** Namespaces that may reach the API; undefined: everyone. */
  readonly ingressNamespaces?: readonly string[];
  /** Namespaces whose pods are scraped and whose ScaleProfiles are followed; undefined: all. */
  readonly watchedNamespaces?: WatchedNamespaces;
  /** Non-secret settings of the LMS, by environment variable. */
  readonly settings: Readonly<Record<string, string>>;
  readonly api: Scaling;
  readonly worker: Scaling;
  /** Time series are kept for this long. */
  readonly metricsRetention: string;
}

interface WatchedNamespaces {
  /** The one that the operator follows. */
  readonly profiles: string;
  readonly scraped: readonly string[];
}

/** Bounds and pace of one ScaleProfile. */
export interface Scaling {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** What one replica should carry: requests a second of the API, essays a second of a worker. */
  readonly perReplica: number;
  readonly syncPeriodSeconds: number;
  readonly scaleDownWindowSeconds: number;
  readonly cpuRequest: string;
  /** Pods that a rollout may add at a time, each with a floor of connections: a count, or a part such as `25%`. */
  readonly maxSurge: number | string;
  /** Connections to PostgreSQL that each pod has at least. */
  readonly connectionFloor: number;
}

/** A kind cluster on a small machine that everything, the load generator too, has to share. */
export const development: Environment = {
  imagePrefix: '',
  data: { type: 'inCluster' },
  // Of 100 that PostgreSQL takes: (10 + 1) x 3 for the API, (8 + 1) x 2 for the workers, and the reserve fit.
  connections: { budget: 60, reserve: 6 },
  readReplica: false,
  nodePorts: { api: 30080, prometheus: 30090 },
  settings: {
    PUBLIC_URL: 'http://127.0.0.1:30080',
    // All load comes from one address here; real learners do not share one.
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1000000',
    RATE_LIMIT_USER_PER_MINUTE: '1000000',
    RATE_LIMIT_LOGIN_PER_MINUTE: '1000000',
    DATABASE_POOL_SIZE: '20',
  },
  api: {
    minReplicas: 2,
    maxReplicas: 10,
    perReplica: 12,
    syncPeriodSeconds: 1,
    scaleDownWindowSeconds: 45,
    cpuRequest: '30m',
    maxSurge: 1,
    connectionFloor: 3,
  },
  worker: {
    minReplicas: 1,
    maxReplicas: 8,
    perReplica: 4,
    syncPeriodSeconds: 2,
    scaleDownWindowSeconds: 30,
    cpuRequest: '20m',
    maxSurge: 1,
    connectionFloor: 2,
  },
  metricsRetention: '2d',
};

export const production: Environment = {
  imagePrefix: 'images.example.org/',
  data: { type: 'managed', networks: ['10.0.0.0/8'] },
  connections: { budget: 360, reserve: 20 },
  readReplica: true,
  ingressNamespaces: ['ingress'],
  watchedNamespaces: {
    profiles: namespaces.lms,
    scraped: [namespaces.lms, namespaces.operator],
  },
  settings: {
    PUBLIC_URL: 'https://learn.example.org',
    TRUST_PROXY_HOPS: '1',
    DATABASE_POOL_SIZE: '40',
    READ_DATABASE_POOL_SIZE: '5',
  },
  api: {
    minReplicas: 2,
    maxReplicas: 50,
    perReplica: 200,
    syncPeriodSeconds: 5,
    scaleDownWindowSeconds: 300,
    cpuRequest: '250m',
    maxSurge: '25%',
    connectionFloor: 4,
  },
  worker: {
    minReplicas: 1,
    maxReplicas: 20,
    perReplica: 4,
    syncPeriodSeconds: 5,
    scaleDownWindowSeconds: 300,
    cpuRequest: '100m',
    maxSurge: '25%',
    connectionFloor: 2,
  },
  metricsRetention: '15d',
};
