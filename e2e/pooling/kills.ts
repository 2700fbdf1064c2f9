/**
 * The operator killed at each of its calls of one rebalance, on real processes: before the call is carried out, and after. Enumerated until it
 * outlives a rebalance that did everything: shrank a saturated pooler, confirmed it, and let others grow.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startBed } from './bed.ts';
import type { Call, When } from './mortal.ts';
import { type Findings, newWorkload, Stage } from './stage.ts';

export interface KillsResult extends Findings {
  readonly series: readonly Series[];
  /** How often an operator died, by what its last call was for. */
  readonly deaths: ReadonlyMap<Call, number>;
  /** Of each death, from the start of the next leader until every pod, limit and lifetime is as it should be. */
  readonly convergedSeconds: readonly number[];
}

interface Series {
  /** A leader in its term, or one that takes over from a leader that died while a pooler shrank. */
  readonly who: 'leader' | 'successor';
  readonly when: When;
  /** How many calls there were to be killed at. */
  readonly calls: number;
}

/** So many pods, and by index, oldest first, the clients of each and the limit that it should get. */
interface Plan {
  readonly pods: number;
  readonly of: (index: number) => { readonly clients: number; readonly limit: number };
}

const budget = { serverConnections: 20, reserve: 2 };
const floor = 2;
/** More clients than there are connections: a pooler with so many is always short. */
const crowd = 20;
/** What 18 connections come to without the cushion of one floor. */
const shared = 16;
/** The crowd is at the second of three pods. */
const gathered: Plan = {
  pods: 3,
  of: (index) =>
    index === 1 ? { clients: crowd, limit: shared - 2 * floor } : { clients: 1, limit: floor },
};
/** Then each has a crowd, the second one as before, and a pod more is wanted. */
const spread: Plan = { pods: 4, of: () => ({ clients: crowd, limit: shared / 4 }) };
/** Between two rebalances; clients come in three times that. */
const periodMs = 100;
/** How long anything may take until it counts as broken. */
const patienceMs = 30_000;

/** Start everything, enumerate, remove everything. */
export async function runKills(tell: (line: string) => void): Promise<KillsResult> {
  const bed = await startBed();
  try {
    const api = newWorkload({ name: 'api', floor, weight: 1, wantedReplicas: 0 }, crowd);
    const load = { longShare: 0, slowness: 0.5 };
    const stage = await Stage.enter(bed, { budget, workloads: [api], load, tell });
    return await new Kills(stage, tell).run();
  } finally {
    await bed.close();
  }
}

class Kills {
  readonly #stage: Stage;
  readonly #tell: (line: string) => void;
  readonly #deaths = new Map<Call, number>();
  readonly #convergedSeconds: number[] = [];

  constructor(stage: Stage, tell: (line: string) => void) {
    this.#stage = stage;
    this.#tell = tell;
  }

  async run(): Promise<KillsResult> {
    const series: Series[] = [];
    for (const who of ['leader', 'successor'] as const) {
      for (const when of ['before', 'after'] as const) {
        let calls = 0;
        while (await this.#kill(who, when, calls + 1)) calls += 1;
        series.push({ who, when, calls });
        this.#tell(`${who} killed ${when} each of ${calls} calls`);
      }
    }
    const findings = await this.#stage.leave();
    return { ...findings, series, deaths: this.#deaths, convergedSeconds: this.#convergedSeconds };
  }

  /** @returns whether there was such a call */
  async #kill(who: Series['who'], when: When, call: number): Promise<boolean> {
    const stage = this.#stage;
    for (;;) {
      stage.moment = `${who} killed ${when} call ${call}`;
      await this.#untilAs(gathered);
      this.#ask(spread);
      await sleep(3 * periodMs);
      if (who === 'successor' && !(await this.#dies(1, 'after', 'set a lifetime'))) continue;
      const diedAt = await this.#dies(call, when);
      if (diedAt) {
        this.#deaths.set(diedAt, (this.#deaths.get(diedAt) ?? 0) + 1);
        const startMs = performance.now();
        await this.#untilAs(spread);
        this.#convergedSeconds.push((performance.now() - startMs) / 1000);
        return true;
      }
      if (this.#hasDoneAll()) return false;
    }
  }

  /** One rebalance, a look at once after it, and the next leader if the operator died in it. @returns its last call */
  async #dies(calls: number, when: When, purpose?: Call): Promise<Call | undefined> {
    const stage = this.#stage;
    stage.operator.dieAt(calls, when, purpose);
    await stage.rebalance();
    await stage.check();
    const diedAt = stage.operator.diedAt();
    if (diedAt) await stage.succeed();
    else stage.operator.dieAt(Number.POSITIVE_INFINITY, when);
    return diedAt;
  }

  #ask({ pods, of }: Plan): void {
    const { fleet } = this.#stage;
    for (const { profile } of fleet.workloads) profile.wantedReplicas = pods;
    const standing = fleet.workloads.flatMap((workload) => fleet.standing(workload));
    for (const [index, pod] of standing.entries()) {
      const { clients } = of(index);
      if (pod.isUp && pod.clients !== clients) fleet.setClients(pod, clients);
    }
  }

  /** Sync as an operator does, until all is as planned and in peace. */
  async #untilAs(plan: Plan): Promise<void> {
    const stage = this.#stage;
    const endMs = performance.now() + patienceMs;
    for (;;) {
      await stage.rebalance();
      stage.scale();
      await stage.check();
      const odd = [...(await stage.unsettled()), ...this.#misgranted(plan)];
      if (odd.length === 0) return;
      if (performance.now() > endMs) return stage.blame(odd.join('; '));
      this.#ask(plan);
      await sleep(periodMs);
    }
  }

  #misgranted({ pods, of }: Plan): readonly string[] {
    const { fleet, ledger } = this.#stage;
    const standing = fleet.workloads.flatMap((workload) => fleet.standing(workload));
    if (standing.length !== pods) return [`${standing.length} of ${pods} pods`];
    const granted = new Map(ledger.leases.map(({ uid, connections }) => [uid, connections]));
    return standing.flatMap(({ uid }, index) => {
      const { limit } = of(index);
      const has = granted.get(uid);
      return has === limit ? [] : [`${uid} was granted ${has} in place of ${limit}`];
    });
  }

  /** In one rebalance: three pods evenly, and the floor of a fourth. */
  #hasDoneAll(): boolean {
    const { leases, profiles } = this.#stage.ledger;
    const limits = leases.map(({ connections }) => connections);
    const isEven = Math.max(...limits) - Math.min(...limits) <= 1;
    return isEven && profiles.every(({ replicas }) => replicas === spread.pods);
  }
}
