/** The protocol broken in one place each, to show that the model notices. */
import type { Ledger } from '../../api/budget-status.ts';
import type { Observation } from '../observation.ts';
import type { PoolerReading } from '../ports.ts';
import { type Step, type StepInput, step } from '../step.ts';
import type { Action } from './disturb.ts';
import type { Protocol } from './world.ts';

export interface Mutation extends Protocol {
  readonly name: string;
  /** Of scenarios that show it soon: a test of the model, not of the generator's luck. */
  readonly seed: number;
  /** Of the invariants one of which must be seen broken. */
  readonly breaks: RegExp;
  /** What it takes to see that; default everything. */
  readonly kinds?: readonly Action['kind'][];
}

/** What is read is changed on its way in. */
function misreading(
  change: (reading: PoolerReading, input: StepInput, uid: string) => PoolerReading,
) {
  return (input: StepInput): Step => {
    const readings = [...input.seen.readings].map(
      ([uid, reading]) => [uid, change(reading, input, uid)] as const,
    );
    return step({ ...input, seen: { ...input.seen, readings: new Map(readings) } });
  };
}

function misseeing(change: (seen: Observation, ledger: Ledger) => Partial<Observation>) {
  return (input: StepInput): Step =>
    step({ ...input, seen: { ...input.seen, ...change(input.seen, input.ledger) } });
}

/** What was decided is changed on its way out. */
function misdeciding(change: (taken: Step, input: StepInput) => Partial<Step>) {
  return (input: StepInput): Step => {
    const taken = step(input);
    return { ...taken, ...change(taken, input) };
  };
}

function withLedger(change: (ledger: Ledger, input: StepInput) => Partial<Ledger>) {
  return misdeciding(({ ledger }, input) => ({ ledger: { ...ledger, ...change(ledger, input) } }));
}

const longAgo = new Date(0).toISOString();

export const mutations: readonly Mutation[] = [
  {
    name: 'grow before the larger lease is stored',
    step: misdeciding(({ ledger, targets, commands }, { seen }) => ({
      commands: commands.map((command) => ({
        ...command,
        limit: targets.limits.get(command.uid) ?? command.limit,
      })),
      ledger: {
        ...ledger,
        leases: ledger.leases.map((lease) => {
          const limit = seen.readings.get(lease.uid)?.limit ?? lease.connections;
          return {
            ...lease,
            connections: Math.max(lease.floor, Math.min(limit, lease.connections)),
          };
        }),
      },
    })),
    seed: 1,
    breaks: /^I2/,
  },
  {
    name: 'take a shrink for done when it was ordered',
    step: misreading((reading) => ({
      ...reading,
      current: Math.min(reading.current, reading.limit),
    })),
    seed: 3,
    breaks: /^I[24]/,
  },
  {
    name: 'lower the lease together with the limit, without reading back',
    step: withLedger(({ leases }, { seen, targets }) => ({
      leases: leases.map((lease) => {
        const isRead = seen.readings.has(lease.uid);
        const ordered = (isRead && targets?.limits.get(lease.uid)) || lease.connections;
        return {
          ...lease,
          connections: Math.max(lease.floor, Math.min(ordered, lease.connections)),
        };
      }),
    })),
    seed: 30,
    breaks: /^I[24]/,
  },
  {
    name: 'forget a pod that does not answer',
    step: misseeing(({ pods, readings }) => ({
      pods: pods.filter(({ uid, pooler }) => readings.has(uid) || pooler?.containerId === ''),
      evidence: undefined,
    })),
    seed: 5,
    breaks: /^I/,
  },
  {
    name: 'halve the lease of a pod that does not answer',
    step: withLedger(({ leases }, { seen }) => ({
      leases: leases.map((lease) =>
        seen.readings.has(lease.uid)
          ? lease
          : { ...lease, connections: Math.max(lease.floor, Math.floor(lease.connections / 2)) },
      ),
    })),
    seed: 3,
    breaks: /^I[247]/,
  },
  {
    name: 'forget ghosts',
    step: withLedger(() => ({ ghosts: [] })),
    seed: 3,
    breaks: /^I7/,
  },
  {
    name: 'believe evidence at once, before logins are over',
    step: (input) => {
      const ghosts = input.ledger.ghosts.map((ghost) => ({ ...ghost, since: longAgo }));
      return step({ ...input, ledger: { ...input.ledger, ghosts } });
    },
    seed: 36,
    breaks: /^I4/,
    kinds: ['want', 'demand', 'restart', 'delete'],
  },
  {
    name: 'take silence of PostgreSQL for evidence',
    step: misseeing(({ evidence, nowMs }) => ({
      evidence: evidence ?? { askedAtMs: nowMs, backends: [] },
    })),
    seed: 10,
    breaks: /^I4/,
    kinds: ['demand', 'database', 'restart', 'delete'],
  },
  {
    name: 'overlook that a container restarted',
    step: misreading((reading, { ledger }, uid) => ({
      ...reading,
      containerId:
        ledger.leases.find((lease) => lease.uid === uid)?.containerId || reading.containerId,
    })),
    seed: 37,
    breaks: /^I/,
  },
  {
    name: 'leave the lifetime short',
    step: misdeciding(({ commands }) => ({
      commands: commands.map((command) => ({
        ...command,
        lifetime: command.lifetime === 'restore' ? undefined : command.lifetime,
      })),
    })),
    seed: 28,
    breaks: /^I6/,
  },
  {
    name: 'never retire servers',
    step: misdeciding(({ commands }) => ({
      commands: commands
        .map((command) => ({ ...command, lifetime: undefined }))
        .filter(({ limit }) => limit !== undefined),
    })),
    seed: 40,
    breaks: /^I10/,
  },
  {
    name: 'lower leases in a recovery',
    step: (input) => step({ ...input, isRecovery: false }),
    seed: 17,
    breaks: /^I6/,
  },
  {
    name: 'spend the reserve',
    step: (input) => step({ ...input, budget: { ...input.budget, reserve: 0 } }),
    seed: 4,
    breaks: /^I(1|8|11):/,
  },
  {
    name: 'keep no floors for what may come',
    step: misseeing(({ profiles }) => ({
      profiles: profiles.map((profile) => ({ ...profile, surge: 0 })),
    })),
    seed: 3,
    breaks: /^I[18]:/,
  },
  {
    name: 'leave the cushion empty while a surge is there',
    step: misseeing(({ profiles, pods }) => ({
      profiles: profiles.map((profile) => {
        const standing = pods.filter((pod) => pod.profile === profile.name && !pod.isTerminating);
        const surplus = Math.max(0, standing.length - profile.askedReplicas);
        return { ...profile, surge: Math.max(0, profile.surge - surplus) };
      }),
    })),
    seed: 1,
    breaks: /^I[18]:/,
    kinds: ['want', 'demand', 'surge', 'pass', 'restart'],
  },
  {
    name: 'admit every replica that is wanted',
    step: withLedger(({ profiles }, { seen }) => ({
      profiles: profiles.map((share) => ({
        ...share,
        replicas: seen.profiles.find(({ name }) => name === share.name)?.wantedReplicas ?? 0,
      })),
    })),
    seed: 2,
    breaks: /^I(1|8|11):/,
  },
  {
    name: 'set a limit of 0 on an idle pooler',
    step: misdeciding(({ commands }) => ({
      commands: commands.map((command) => ({
        ...command,
        limit: command.limit === undefined ? undefined : command.limit - 1,
      })),
    })),
    seed: 24,
    breaks: /^I(3|10):/,
  },
  {
    name: 'act without asking whether it still leads',
    step,
    isTrusting: true,
    seed: 4,
    breaks: /^I/,
    kinds: ['want', 'demand', 'freeze', 'thaw'],
  },
];
