/** The environment as a checked configuration; the only reader of `process.env`. */
import { hostname } from 'node:os';
import { z } from 'zod';

const httpUrl = z
  .string()
  .refine(isHttpUrl, { error: ({ input }) => `${JSON.stringify(input)} is no http(s) URL` })
  .transform((text) => new URL(text));

const port = z.coerce.number().int().min(1).max(65_535);
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const environment = z.object({
  PROMETHEUS_URL: httpUrl.default(new URL('http://prometheus.monitoring.svc:9090')),
  POD_NAME: z.string().min(1).default(hostname()),
  POD_NAMESPACE: z.string().min(1).default('bellwether-system'),
  WATCH_NAMESPACE: z.string().optional(),
  METRICS_PORT: port.default(9464),
  LOG_LEVEL: z.enum(levels).default('info'),
  PGBOUNCER_IMAGE: z.string().min(1).default('bellwether/pgbouncer:dev'),
  REDIS_SIDECAR_IMAGE: z.string().min(1).default('bellwether/redis:dev'),
  KUBERNETES_API_URL: httpUrl.optional(),
  SERVICE_ACCOUNT_FOLDER: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
  KUBERNETES_SERVICE_HOST: z.string().default(''),
  KUBERNETES_SERVICE_PORT: port.default(443),
});

export interface Config {
  readonly prometheusUrl: URL;
  readonly podName: string;
  readonly podNamespace: string;
  /** undefined: all namespaces. */
  readonly watchNamespace: string | undefined;
  readonly metricsPort: number;
  readonly logLevel: (typeof levels)[number];
  /** Images of the sidecars that are injected. */
  readonly sidecarImages: { readonly pgbouncer: string; readonly redis: string };
  /** An API server that asks for no proof, such as `kubectl proxy`; undefined: service account or kubeconfig. */
  readonly apiUrl: URL | undefined;
  /** Where a pod's token and CA are mounted, and the API server's address in every pod. */
  readonly serviceAccount: {
    readonly folder: string;
    readonly host: string;
    readonly port: number;
  };
}

/**
 * Read the configuration, by default from the process's environment. An empty variable counts as unset.
 *
 * @throws Error that lists every fault at once, each with the variable and the value
 */
export function readConfig(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return `${name}=${JSON.stringify(set[name])}: ${message}`;
    });
    throw new Error(`the environment is not usable:\n  ${faults.join('\n  ')}`);
  }
  const found = parsed.data;
  return {
    prometheusUrl: found.PROMETHEUS_URL,
    podName: found.POD_NAME,
    podNamespace: found.POD_NAMESPACE,
    watchNamespace: found.WATCH_NAMESPACE,
    metricsPort: found.METRICS_PORT,
    logLevel: found.LOG_LEVEL,
    sidecarImages: { pgbouncer: found.PGBOUNCER_IMAGE, redis: found.REDIS_SIDECAR_IMAGE },
    apiUrl: found.KUBERNETES_API_URL,
    serviceAccount: {
      folder: found.SERVICE_ACCOUNT_FOLDER,
      host: found.KUBERNETES_SERVICE_HOST,
      port: found.KUBERNETES_SERVICE_PORT,
    },
  };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
