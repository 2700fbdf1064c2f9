/** A control plane without nodes: etcd and kube-apiserver as processes of this machine, in a folder of their own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../../e2e/cluster/folders.ts';
import { waitFor } from '../../e2e/cluster/run.ts';
import { type Client, createClient } from '../../operator/kubernetes/client.ts';

export interface ControlPlane {
  readonly port: number;
  /** PEM of the authority that signed the API server's certificate. */
  readonly ca: string;
  /** Of the operator's service account; its rights are those that the manifests give it. */
  readonly operatorToken: string;
  /** With every right. */
  readonly client: Client;
  /** Processor time of kube-apiserver and etcd so far, seconds. */
  readonly cpuSeconds: () => Promise<number>;
  /** Apply manifests, a file of them. */
  readonly apply: (file: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const account = 'system:serviceaccount:bellwether-system:bellwether-operator';

/** @param kube the binary of every Kubernetes program, which acts by the name it is called by */
export async function startControlPlane(kube: string): Promise<ControlPlane> {
  const folder = makeFolder();
  const within = (name: string) => join(folder, name);
  const adminToken = randomBytes(16).toString('hex');
  const operatorToken = randomBytes(16).toString('hex');
  await writeFile(
    within('tokens.csv'),
    `${adminToken},admin,admin,system:masters\n${operatorToken},${account},operator\n`,
  );
  await writeKeys(within('accounts.key'), within('accounts.pub'));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${client}`;
  const processes = await Promise.all([
    start('etcd', [
      `--data-dir=${within('data')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      '--log-level=error',
      // The disk is not what is measured, and differs most between machines.
      '--unsafe-no-fsync',
    ]),
    start('kube-apiserver', [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${folder}`,
      `--token-auth-file=${within('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${within('accounts.pub')}`,
      `--service-account-signing-key-file=${within('accounts.key')}`,
    ]),
  ]);

  async function start(name: string, args: readonly string[]): Promise<ChildProcess> {
    const log = await open(within(`${name}.log`), 'w');
    const child = spawn(await programOf(name), args, { stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    process.once('exit', () => child.kill('SIGKILL'));
    return child;
  }

  /** The binary by the name of one of its programs. */
  async function programOf(name: string): Promise<string> {
    await symlink(kube, within(name));
    return within(name);
  }

  async function stop(): Promise<void> {
    for (const child of processes.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const isUp = () => isReady(port);
    if (!(await waitFor(isUp, 120))) {
      throw new Error(
        `kube-apiserver did not start: ${await tailOf(within('kube-apiserver.log'))}`,
      );
    }
    const ca = await readFile(within('apiserver.crt'), 'utf8');
    const kubectl = await programOf('kubectl');
    const trust = `--certificate-authority=${within('apiserver.crt')}`;
    const agent = new https.Agent({ keepAlive: true, ca });
    const headers = async () => ({ authorization: `Bearer ${adminToken}` });
    const access = { server: new URL(`https://127.0.0.1:${port}`), agent, headers };
    const client = createClient(access, () => undefined);
    const server = [`--server=https://127.0.0.1:${port}`, trust, `--token=${adminToken}`];
    return {
      port,
      ca,
      operatorToken,
      client,
      cpuSeconds: async () => {
        const times = await Promise.all(processes.map(({ pid }) => cpuSecondsOf(pid ?? 0)));
        return times.reduce((sum, time) => sum + time, 0);
      },
      apply: async (file) => {
        const args = [...server, 'apply', '--server-side', '-f', file];
        await promisify(execFile)(kubectl, args);
      },
      stop: async () => {
        client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Before its certificate is read: only whether it answers counts. */
function isReady(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false };
  https
    .get({ ...options, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
    .on('error', () => resolve(false));
  return promise;
}

async function writeKeys(privateFile: string, publicFile: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
}

async function tailOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim().split('\n').slice(-5).join('\n');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return address.port;
}

/** By `ps`, which every Unix has: `[[days-]hours:]minutes:seconds`. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]);
  const [days, clock = ''] = stdout.includes('-') ? stdout.split('-') : ['0', stdout];
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
