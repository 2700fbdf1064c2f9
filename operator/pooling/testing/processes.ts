/** PostgreSQL and PgBouncer as far as connections go, with the behaviour that was measured on the real ones. */
import type { Backend, PoolerReading } from '../ports.ts';

/** A server connection: one backend in PostgreSQL. */
interface Server {
  readonly pid: number;
  readonly address: string;
  readonly containerId: string;
  /** Before that it logs in and is in no view. */
  readonly visibleAtMs: number;
  /** End of its transaction; idle from then on. */
  busyUntilMs: number;
}

const loginMs = 900;

export class Postgres {
  readonly servers = new Map<number, Server>();
  isReachable = true;
  /** How long transactions last, taken in turn. */
  readonly #durationsMs: readonly number[];
  #begun = 0;
  #pid = 1000;

  constructor(durationsMs: readonly number[]) {
    this.#durationsMs = durationsMs;
  }

  nextDurationMs(): number {
    this.#begun += 1;
    return this.#durationsMs[this.#begun % this.#durationsMs.length] ?? 0;
  }

  connect(address: string, containerId: string, nowMs: number): Server {
    this.#pid += 1;
    const visibleAtMs = nowMs + loginMs;
    const busyUntilMs = visibleAtMs + this.nextDurationMs();
    const server = { pid: this.#pid, address, containerId, visibleAtMs, busyUntilMs };
    this.servers.set(server.pid, server);
    return server;
  }

  restart(): void {
    this.servers.clear();
  }

  view(addresses: readonly string[], nowMs: number): readonly Backend[] {
    if (!this.isReachable) throw new Error('no answer');
    return [...this.servers.values()]
      .filter(({ address, visibleAtMs }) => addresses.includes(address) && visibleAtMs <= nowMs)
      .map(({ pid, address, busyUntilMs }) => ({
        pid,
        address,
        transactionSeconds: busyUntilMs > nowMs ? 1 : undefined,
      }));
  }

  countOf(containerId: string): number {
    return [...this.servers.values()].filter((server) => server.containerId === containerId).length;
  }
}

/** One run of a pooler's container. */
export class PoolerProcess {
  readonly id: string;
  readonly address: string;
  limit: number;
  isRetiring = false;
  isAlive = true;
  /** Clients that always want a transaction. */
  demand: number;
  readonly #postgres: Postgres;
  #servers: Server[] = [];

  constructor(postgres: Postgres, id: string, address: string, floor: number, demand: number) {
    this.#postgres = postgres;
    this.id = id;
    this.address = address;
    this.limit = floor;
    this.demand = demand;
  }

  get current(): number {
    return this.#servers.length;
  }

  /** Servers go straight to the next client; retired ones close first; new ones open below the limit only. */
  tick(nowMs: number): void {
    this.#servers = this.#servers.filter(({ pid }) => this.#postgres.servers.has(pid));
    const isBusy = ({ busyUntilMs }: Server) => busyUntilMs > nowMs;
    if (this.isRetiring) this.#close(this.#servers.filter((server) => !isBusy(server)));
    let active = this.#servers.filter(isBusy).length;
    for (const server of this.#servers) {
      if (isBusy(server) || active >= this.demand) continue;
      server.busyUntilMs = nowMs + this.#postgres.nextDurationMs();
      active += 1;
    }
    while (active < this.demand && this.#servers.length < this.limit) {
      this.#servers.push(this.#postgres.connect(this.address, this.id, nowMs));
      active += 1;
    }
  }

  read(nowMs: number): PoolerReading {
    const active = this.#servers.filter(({ busyUntilMs }) => busyUntilMs > nowMs).length;
    return {
      containerId: this.id,
      limit: this.limit,
      isRetiring: this.isRetiring,
      current: this.current,
      active,
      waiting: Math.max(0, this.demand - active),
      serverPids: this.#servers
        .filter(({ visibleAtMs }) => visibleAtMs <= nowMs)
        .map(({ pid }) => pid),
    };
  }

  /** SIGKILL: idle backends see the end of their socket at once, busy ones at the end of their transaction. */
  kill(nowMs: number): void {
    this.isAlive = false;
    this.#close(this.#servers.filter(({ busyUntilMs }) => busyUntilMs <= nowMs));
  }

  #close(servers: readonly Server[]): void {
    for (const { pid } of servers) this.#postgres.servers.delete(pid);
    this.#servers = this.#servers.filter((server) => !servers.includes(server));
  }
}
