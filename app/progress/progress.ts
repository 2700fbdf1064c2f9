/** What a learner has done in each lesson, as events from clients that may be offline add up to it. */

export interface ProgressEvent {
  /** The client's id for it: a second one with the same id is the same event. */
  readonly id: string;
  readonly lessonId: string;
  readonly type: 'started' | 'position' | 'completed';
  readonly positionSeconds?: number | undefined;
  readonly occurredAt: Date;
}

export interface LessonState {
  readonly startedAt: Date;
  readonly completedAt: Date | null;
  readonly positionSeconds: number;
  readonly positionAt: Date | null;
  readonly lastEventAt: Date;
}

/**
 * The lesson's state after one more event. Any order of the same events, and any repetition, ends
 * in the same state: starts and completions keep the earliest, positions and activity the latest.
 */
export function applyEvent(state: LessonState | undefined, event: ProgressEvent): LessonState {
  const at = event.occurredAt;
  const completes = event.type === 'completed';
  const before = state ?? {
    startedAt: at,
    completedAt: null,
    positionSeconds: 0,
    positionAt: null,
    lastEventAt: at,
  };
  return {
    startedAt: earlier(before.startedAt, at),
    completedAt: completes ? earlier(before.completedAt ?? at, at) : before.completedAt,
    lastEventAt: later(before.lastEventAt, at),
    ...positionAfter(before, event),
  };
}

function positionAfter(
  { positionSeconds, positionAt }: LessonState,
  event: ProgressEvent,
): Pick<LessonState, 'positionSeconds' | 'positionAt'> {
  const { positionSeconds: told, occurredAt } = event;
  const isNewer =
    told !== undefined &&
    (positionAt === null ||
      occurredAt > positionAt ||
      (occurredAt.getTime() === positionAt.getTime() && told > positionSeconds));
  return isNewer
    ? { positionSeconds: told, positionAt: occurredAt }
    : { positionSeconds, positionAt };
}

function earlier(a: Date, b: Date): Date {
  return a <= b ? a : b;
}

function later(a: Date, b: Date): Date {
  return a >= b ? a : b;
}

export interface Lesson {
  readonly id: string;
  readonly required: boolean;
  /** Completed by passing its quiz, never by saying so. */
  readonly hasQuiz: boolean;
  readonly releaseAt: Date | null;
  /** Lessons to be completed before. */
  readonly requires: readonly string[];
}

type Outcome = 'applied' | 'duplicate' | 'refused';

export interface Judged {
  readonly id: string;
  readonly outcome: Outcome;
  /** Why it was refused. */
  readonly reason?: string;
}

export interface Synced {
  readonly outcomes: readonly Judged[];
  /** Lessons whose state changed. */
  readonly changed: ReadonlyMap<string, LessonState>;
}

/**
 * Take in a batch, oldest first, so that a lesson completed early in it opens those that need it.
 *
 * @param fresh ids of the events not taken in before
 * @param now events from the future count as of now: a client's clock may be wrong
 */
export function takeIn(
  events: readonly ProgressEvent[],
  fresh: ReadonlySet<string>,
  lessons: ReadonlyMap<string, Lesson>,
  before: ReadonlyMap<string, LessonState>,
  now: Date,
): Synced {
  const states = new Map(before);
  const changed = new Map<string, LessonState>();
  const outcomes = new Map<string, Judged>();
  const ordered = events.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  for (const event of ordered) {
    const { id, lessonId } = event;
    if (outcomes.has(id)) continue;
    const reason = objectionTo(event, lessons.get(lessonId), states, now);
    if (!fresh.has(id)) outcomes.set(id, { id, outcome: 'duplicate' });
    else if (reason) outcomes.set(id, { id, outcome: 'refused', reason });
    else {
      const occurredAt = earlier(event.occurredAt, now);
      const state = applyEvent(states.get(lessonId), { ...event, occurredAt });
      states.set(lessonId, state);
      changed.set(lessonId, state);
      outcomes.set(id, { id, outcome: 'applied' });
    }
  }
  return { outcomes: [...outcomes.values()], changed };
}

function objectionTo(
  event: ProgressEvent,
  lesson: Lesson | undefined,
  states: ReadonlyMap<string, LessonState>,
  now: Date,
): string | undefined {
  if (!lesson) return 'The course has no such lesson.';
  if (!isOpen(lesson, states, now)) return 'The lesson is not open yet.';
  if (event.type === 'completed' && lesson.hasQuiz) return 'Passing its quiz completes the lesson.';
  return undefined;
}

/** Whether a learner may work on the lesson: it is released and everything it needs is done. */
function isOpen(
  { releaseAt, requires }: Pick<Lesson, 'releaseAt' | 'requires'>,
  states: ReadonlyMap<string, Pick<LessonState, 'completedAt'>>,
  now: Date,
): boolean {
  if (releaseAt && releaseAt > now) return false;
  return requires.every((id) => states.get(id)?.completedAt != null);
}

export interface Summary {
  /** Whole percent of the required lessons, rounded down; 0 when there are none. */
  readonly percent: number;
  readonly requiredLessons: number;
  readonly completedLessons: number;
  /** Where to go on: the lesson worked on last, or null before the first. */
  readonly resume: { readonly lessonId: string; readonly positionSeconds: number } | null;
}

export function summarise(
  lessons: Iterable<Pick<Lesson, 'id' | 'required'>>,
  states: ReadonlyMap<string, LessonState>,
): Summary {
  const required = [...lessons].filter((lesson) => lesson.required);
  const completed = required.filter(({ id }) => states.get(id)?.completedAt);
  const [last] = [...states].sort(
    ([, a], [, b]) => b.lastEventAt.getTime() - a.lastEventAt.getTime(),
  );
  return {
    percent: required.length === 0 ? 0 : Math.floor((100 * completed.length) / required.length),
    requiredLessons: required.length,
    completedLessons: completed.length,
    resume: last ? { lessonId: last[0], positionSeconds: last[1].positionSeconds } : null,
  };
}
