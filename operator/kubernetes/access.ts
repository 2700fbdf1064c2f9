/** Where the API server is and how to prove who we are: the pod's service account, else a kubeconfig. */
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

export interface Access {
  readonly server: URL;
  /** Keeps connections alive; carries the trusted CA and a client certificate where there is one. */
  readonly agent: http.Agent;
  /** Headers that authenticate one request. Asked for each time, since tokens are rotated. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

const tokenReadMs = 60_000;
const keepAlive = { keepAlive: true, maxSockets: 32, maxFreeSockets: 8 } as const;

/** Whether there is a service account's token, as in every pod that has one. @param folder where it is mounted */
export function hasServiceAccount(folder: string): boolean {
  return existsSync(`${folder}/token`);
}

export interface ServiceAccount {
  /** Where token and CA are mounted. */
  readonly folder: string;
  /** Of the API server, as Kubernetes puts them into every pod (`KUBERNETES_SERVICE_HOST`, `_PORT`). */
  readonly host: string;
  readonly port: number;
}

/** The service account of the pod. Its token changes about every 50 minutes and is read again each minute. */
export function serviceAccountAccess({ folder, host, port }: ServiceAccount): Access {
  const ca = readFileSync(`${folder}/ca.crt`);
  let token = { text: '', readAtMs: Number.NEGATIVE_INFINITY };
  const headers = async () => {
    if (performance.now() - token.readAtMs > tokenReadMs) {
      token = { text: readFileSync(`${folder}/token`, 'utf8').trim(), readAtMs: performance.now() };
    }
    return { authorization: `Bearer ${token.text}` };
  };
  const server = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  return { server, agent: new https.Agent({ ...keepAlive, ca }), headers };
}

/** A server that asks for no proof: the in-process one of the tests, or `kubectl proxy`. */
export function plainAccess(server: URL): Access {
  return { server, agent: new http.Agent(keepAlive), headers: async () => ({}) };
}

/** What a person chose instead of the defaults. */
export interface KubeconfigChoice {
  /** Default `KUBECONFIG`, else `~/.kube/config`. */
  readonly file?: string | undefined;
  /** Default the current one. */
  readonly context?: string | undefined;
}

/**
 * A context of the developer's kubeconfig. The official client reads it, with every kind of login it knows; it costs
 * 30 MB and is therefore loaded only here, never in a pod.
 *
 * @returns the access, and the namespace of the context
 * @throws Error where the kubeconfig cannot be read or lacks the context or its cluster
 */
export async function kubeconfigAccess({
  file,
  context,
}: KubeconfigChoice = {}): Promise<Access & { readonly namespace: string }> {
  if (file !== undefined && !existsSync(file)) throw new Error(`${file} is not there`);
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context !== undefined) config.setCurrentContext(context);
  const chosen = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(`the kubeconfig has no cluster for its context "${chosen}"`);
  // What the client makes up where it finds no file.
  if (chosen === 'loaded-context')
    throw new Error('no kubeconfig: KUBECONFIG is not set, and ~/.kube/config is not there');
  const namespace = config.getContextObject(chosen)?.namespace ?? 'default';
  const { ca, cert, key, rejectUnauthorized } = await options();
  const tls = { ca, cert, key, rejectUnauthorized };
  const present = Object.fromEntries(Object.entries(tls).filter(([, value]) => value != null));
  const server = new URL(cluster.server);
  const Agent = server.protocol === 'https:' ? https.Agent : http.Agent;
  const agent = new Agent({ ...keepAlive, ...present });
  const headers = async () => authorization((await options()).headers);
  return { server, agent, headers, namespace };

  async function options(): Promise<https.RequestOptions> {
    const filled: https.RequestOptions = {};
    await config.applyToHTTPSOptions(filled);
    return filled;
  }
}

function authorization(headers: http.OutgoingHttpHeaders | readonly string[] | undefined) {
  const value = headers && 'Authorization' in headers ? headers.Authorization : undefined;
  return typeof value === 'string' ? { authorization: value } : {};
}
