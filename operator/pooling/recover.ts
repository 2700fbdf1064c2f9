/** What a new leader makes of the stored ledger before its first step. */
import type { Ledger } from '../api/budget-status.ts';

/** The ghosts' times were written by another clock: their wait begins anew. */
export function recover(ledger: Ledger, nowMs: number): Ledger {
  const since = new Date(nowMs).toISOString();
  return { ...ledger, ghosts: ledger.ghosts.map((ghost) => ({ ...ghost, since })) };
}
