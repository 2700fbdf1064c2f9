import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyEvent,
  type Lesson,
  type LessonState,
  type ProgressEvent,
  summarise,
  takeIn,
} from './progress.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 12, minute));

function event(overrides: Partial<ProgressEvent> = {}): ProgressEvent {
  return { id: 'e1', lessonId: 'a', type: 'started', occurredAt: at(0), ...overrides };
}

function lesson(id: string, overrides: Partial<Lesson> = {}): Lesson {
  return { id, required: true, hasQuiz: false, releaseAt: null, requires: [], ...overrides };
}

const anyEvent = fc.record({
  id: fc.uuid(),
  lessonId: fc.constant('a'),
  type: fc.constantFrom('started' as const, 'position' as const, 'completed' as const),
  positionSeconds: fc.option(fc.nat(100), { nil: undefined }),
  occurredAt: fc.nat(5).map(at),
});

test('events in any order, and repeated, lead to the same state', () => {
  const shuffled = fc.array(anyEvent, { minLength: 1, maxLength: 8 }).chain((events) =>
    fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray([...events, ...events], {
        minLength: 2 * events.length,
        maxLength: 2 * events.length,
      }),
    ),
  );
  const fold = (events: readonly ProgressEvent[]) =>
    events.reduce<LessonState | undefined>(applyEvent, undefined);
  fc.assert(
    fc.property(shuffled, ([events, again]) => {
      expect(fold(again)).toEqual(fold(events));
    }),
  );
});

function sync(
  events: readonly ProgressEvent[],
  lessons: readonly Lesson[],
  fresh = events.map(({ id }) => id),
) {
  const byId = new Map(lessons.map((each) => [each.id, each]));
  const { outcomes, changed } = takeIn(events, new Set(fresh), byId, new Map(), at(10));
  return { outcomes: outcomes.map(({ outcome }) => outcome), changed };
}

test('a lesson opens for the events after the completion of what it requires', () => {
  const done = event({ id: 'e1', type: 'completed', occurredAt: at(1) });
  const next = event({ id: 'e2', lessonId: 'b', occurredAt: at(2) });
  const early = event({ id: 'e3', lessonId: 'b', occurredAt: at(0) });
  const lessons = [lesson('a'), lesson('b', { requires: ['a'] })];
  expect(sync([next, done, early], lessons).outcomes).toEqual(['refused', 'applied', 'applied']);
});

test.each<{ name: string; lessons: Lesson[]; fresh?: string[]; want: string }>([
  { name: 'an unknown lesson', lessons: [], want: 'refused' },
  {
    name: 'a lesson not yet released',
    lessons: [lesson('a', { releaseAt: at(11) })],
    want: 'refused',
  },
  { name: 'a released lesson', lessons: [lesson('a', { releaseAt: at(10) })], want: 'applied' },
  { name: 'an event taken in before', lessons: [lesson('a')], fresh: [], want: 'duplicate' },
  { name: 'a lesson with a quiz', lessons: [lesson('a', { hasQuiz: true })], want: 'refused' },
])('completing $name is $want', ({ lessons, fresh, want }) => {
  expect(sync([event({ type: 'completed' })], lessons, fresh).outcomes).toEqual([want]);
});

test('the same id twice in one batch counts once', () => {
  const twice = [event({ type: 'position', positionSeconds: 5 }), event({ occurredAt: at(3) })];
  expect(sync(twice, [lesson('a')]).outcomes).toEqual(['applied']);
});

test('an event from the future counts as of now', () => {
  const { changed } = sync([event({ occurredAt: at(59) })], [lesson('a')]);
  expect(changed.get('a')?.lastEventAt).toEqual(at(10));
});

test('the percentage counts required lessons only, and rounds down', () => {
  const completed = applyEvent(undefined, event({ type: 'completed', positionSeconds: 7 }));
  const lessons = [lesson('a'), lesson('b'), lesson('c'), lesson('d', { required: false })];
  expect(summarise(lessons, new Map([['a', completed]]))).toEqual({
    percent: 33,
    requiredLessons: 3,
    completedLessons: 1,
    resume: { lessonId: 'a', positionSeconds: 7 },
  });
  expect(summarise([], new Map())).toMatchObject({ percent: 0, resume: null });
});
