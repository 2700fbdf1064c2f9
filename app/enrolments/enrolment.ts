/** How an enrolment moves from state to state, and who gets a seat. */

export const statuses = [
  'invited',
  'active',
  'waitlisted',
  'completed',
  'withdrawn',
  'expired',
] as const;

export type Status = (typeof statuses)[number];

/** Whether such a learner may go on with the course. */
export function isLearning(status: Status): boolean {
  return status === 'active' || status === 'completed';
}

/** `seat` and `accept` ask for a seat now, or a place in the queue. */
export type Action = 'invite' | 'seat' | 'accept' | 'promote' | 'withdraw' | 'complete' | 'expire';

/** From which states an action is allowed; `none` stands for no enrolment yet. */
const allowed: Readonly<Record<Action, readonly (Status | 'none')[]>> = {
  invite: ['none', 'withdrawn', 'expired'],
  seat: ['none', 'invited', 'withdrawn', 'expired'],
  accept: ['invited'],
  promote: ['waitlisted'],
  withdraw: ['invited', 'active', 'waitlisted'],
  complete: ['active'],
  expire: ['active'],
};

/**
 * The state after `action`, or undefined when the action is not allowed.
 *
 * | action   | from                              | to                                     |
 * | -------- | --------------------------------- | -------------------------------------- |
 * | invite   | nothing, withdrawn, expired       | invited                                |
 * | seat     | nothing, invited, withdrawn, expired | active if a seat is free, else waitlisted |
 * | accept   | invited                           | the same                               |
 * | promote  | waitlisted                        | active if a seat is free               |
 * | withdraw | invited, active, waitlisted       | withdrawn                              |
 * | complete | active                            | completed                              |
 * | expire   | active                            | expired                                |
 */
export function nextStatus(
  from: Status | undefined,
  action: Action,
  seatIsFree: boolean,
): Status | undefined {
  if (!allowed[action].includes(from ?? 'none')) return undefined;
  switch (action) {
    case 'invite':
      return 'invited';
    case 'seat':
    case 'accept':
      return seatIsFree ? 'active' : 'waitlisted';
    case 'promote':
      return seatIsFree ? 'active' : undefined;
    case 'withdraw':
      return 'withdrawn';
    case 'complete':
      return 'completed';
    case 'expire':
      return 'expired';
  }
}

export interface Seats {
  /** Null: no bound. */
  readonly capacity: number | null;
  /** Learners active now; a completed enrolment gives its seat back. */
  readonly seatsTaken: number;
}

/** Seats that can be given away now. >= 0, Infinity without a bound */
export function freeSeats({ capacity, seatsTaken }: Seats): number {
  return capacity === null ? Infinity : Math.max(0, capacity - seatsTaken);
}

/**
 * Whether someone who asks now gets a seat: those who already wait come first.
 *
 * @param waiting learners on the waitlist
 */
export function seatIsFree(seats: Seats, waiting: number): boolean {
  return freeSeats(seats) > waiting;
}

export interface Offer {
  readonly status: 'draft' | 'published' | 'archived';
  readonly endsAt: Date | null;
  readonly priceMinor: number;
}

/** Why nobody may come in by themselves now, as a code and a sentence; undefined: they may. */
export function objectionToEnrol(
  offer: Offer,
  by: 'learner' | 'teacher',
  now: Date,
): { readonly code: string; readonly detail: string } | undefined {
  if (offer.status === 'archived') return { code: 'course-archived', detail: 'It is archived.' };
  if (offer.endsAt && offer.endsAt <= now) return { code: 'course-over', detail: 'It is over.' };
  if (by === 'learner' && offer.priceMinor > 0) {
    return { code: 'payment-required', detail: 'It has a price, and this is not paid for.' };
  }
  return undefined;
}
