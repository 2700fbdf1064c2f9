/** The life of a candidate: follow until elected, lead while the lease is held, follow again; release it at the end. */
import { type Election, retryMs } from './kubernetes/election.ts';
import type { Timing } from './timing.ts';

export interface CampaignOptions {
  readonly election: Election;
  readonly timing: Timing;
  /** Aborted when the process is to stop. */
  readonly signal: AbortSignal;
  /** One term: work until `signal` aborts, return when everything begun is over. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  /** After every attempt, with the error if it failed. */
  readonly onAttempt: (error: unknown) => void;
}

/** @throws what `lead` throws; whatever the API server does is only told to `onAttempt` */
export async function campaign(options: CampaignOptions): Promise<void> {
  const { election, signal } = options;
  while (!signal.aborted) {
    await attempt(options);
    if (election.isLeading() && !signal.aborted) await serve(options);
    await pause(options, signal);
  }
  await election.release().catch(options.onAttempt);
}

/** One term, from winning the lease to losing it or to the end of the process. */
async function serve(options: CampaignOptions): Promise<void> {
  const term = new AbortController();
  const end = () => term.abort();
  options.signal.addEventListener('abort', end);
  try {
    const { signal } = term;
    await Promise.all([renew(options, signal), expire(options, term), options.lead(signal)]);
  } finally {
    options.signal.removeEventListener('abort', end);
    term.abort();
  }
}

async function renew(options: CampaignOptions, term: AbortSignal): Promise<void> {
  while (!term.aborted) {
    await pause(options, term);
    if (!term.aborted) await attempt(options);
  }
}

/** End the term the moment the lease is no longer held, even while a renewal hangs. */
async function expire({ election, timing }: CampaignOptions, term: AbortController): Promise<void> {
  while (!term.signal.aborted) {
    const leftMs = election.leadsUntilMs() - timing.monotonicMs();
    if (leftMs <= 0) return term.abort();
    // A renewal may also find that somebody else holds the lease: look at least once a second.
    await timing.sleep(Math.min(leftMs, 1000), term.signal);
  }
}

async function attempt({ election, onAttempt }: CampaignOptions): Promise<void> {
  try {
    await election.attempt();
    onAttempt(undefined);
  } catch (error) {
    onAttempt(error);
  }
}

/** Jittered, so that followers do not ask in step. */
function pause({ timing }: CampaignOptions, signal: AbortSignal): Promise<void> {
  return timing.sleep(retryMs * (1 + timing.random() * 0.2), signal);
}
