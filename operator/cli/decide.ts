/** `bellwether decide`: one observation in, one decision out. */
import { parseArgs } from 'node:util';
import type { Decision } from '../api/decision.ts';
import { memorySchema } from '../api/status.ts';
import { type Decided, decide } from '../scaling/decide.ts';
import { type Memory, noMemory, recordScale } from '../scaling/memory.ts';
import { readMemory, writeMemory } from '../scaling/written-memory.ts';
import { readAs, readOptions, readProfile } from './input.ts';
import { toObservation, writtenObservation } from './observation.ts';

export const decideCommand = {
  usage: 'decide --profile FILE --observation FILE|- [--memory FILE]',
  summary: 'print the decision as JSON and, with --memory, the memory after it as its `memory`',
  run,
};

async function run(args: readonly string[]): Promise<string> {
  const { profile: profileFile, observation: observationFile, memory: memoryFile } = options(args);
  const { spec } = await readProfile(profileFile);
  const written = await readAs(observationFile, writtenObservation);
  const memory = memoryFile ? readMemory(await readAs(memoryFile, memorySchema)) : noMemory;
  const observation = toObservation(written, spec.metrics);
  const decided = decide(spec, observation, memory);
  const printed = memoryFile
    ? { ...decided.decision, memory: writeMemory(carriedOut(decided, observation.nowMs)) }
    : decided.decision;
  return `${JSON.stringify(printed, undefined, 2)}\n`;
}

function options(args: readonly string[]) {
  const text = { type: 'string' } as const;
  return readOptions(decideCommand.usage, () => {
    const options = { profile: text, observation: text, memory: text };
    const { profile, observation, memory } = parseArgs({ args: [...args], options }).values;
    return profile && observation ? { profile, observation, memory } : undefined;
  });
}

/** The memory after the decision was written to the scale. */
function carriedOut({ decision, memory }: Decided, nowMs: number): Memory {
  return isWritten(decision)
    ? recordScale(memory, nowMs, decision.desiredReplicas - decision.currentReplicas)
    : memory;
}

function isWritten({ mode, desiredReplicas, currentReplicas }: Decision): boolean {
  return mode !== 'Observe' && desiredReplicas !== currentReplicas;
}
