/** The load of a school: lessons by the hour, homework, deadlines, exams and holidays. */
import { normal, type Random } from './random.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const LESSON_SECONDS = 50 * 60;
const LESSON_HOURS = [8, 9, 10, 11, 13, 14, 15];
const SATURDAY = 5;

/** What a seed decides about one day. */
interface SchoolDay {
  /** Learners compared with a common day. */
  readonly crowd: number;
  readonly isSchool: boolean;
  readonly isExam: boolean;
  readonly isDeadline: boolean;
}

/** Mean requests per second at each second from a Monday's midnight on; about 300 over a week. */
export function lmsLoads(seconds: number, random: Random): Float64Array {
  const days = Array.from({ length: Math.ceil(seconds / DAY_SECONDS) }, (_, day) =>
    schoolDay(day, random),
  );
  const memory = 1 - 1 / 300;
  const stride = Math.sqrt(1 - memory ** 2);
  let wander = 0;
  return new Float64Array(seconds).map((_, second) => {
    wander = memory * wander + stride * normal(random);
    const day = days[Math.floor(second / DAY_SECONDS)];
    return day ? loadOf(day, second % DAY_SECONDS) * (1 + 0.06 * wander) : 0;
  });
}

function schoolDay(day: number, random: Random): SchoolDay {
  const crowd = Math.exp(0.1 * normal(random));
  const isHoliday = random() < 0.06;
  const isExamDay = random() < 0.08;
  const isDeadline = random() < 0.25;
  const isSchool = day % 7 < SATURDAY && !isHoliday;
  return { crowd, isSchool, isExam: isSchool && isExamDay, isDeadline };
}

/** Never below 0: each part is a rate on its own. */
function loadOf(day: SchoolDay, second: number): number {
  const hour = second / HOUR_SECONDS;
  const night = 25 + 20 * bell(hour, 14, 5);
  const homework = (day.isSchool ? 260 : 160) * bell(hour, 20, 1.6);
  const lessons = day.isSchool ? lessonLoad(second) : 0;
  const exam = day.isExam ? examLoad(second) : 0;
  const deadline = day.isDeadline
    ? 500 * Math.exp((second - DAY_SECONDS) / (0.7 * HOUR_SECONDS))
    : 0;
  return day.crowd * (night + homework + lessons + exam + deadline);
}

/** All sign in within the first minutes, then work on. */
function lessonLoad(second: number): number {
  const within = second % HOUR_SECONDS;
  const isLesson =
    LESSON_HOURS.includes(Math.floor(second / HOUR_SECONDS)) && within < LESSON_SECONDS;
  if (!isLesson) return 0;
  return Math.min(1, within / 60) * (450 + 500 * Math.exp(-within / 240));
}

/** Two hours from nine, all at once; most hand in towards the end. */
function examLoad(second: number): number {
  const within = second - 9 * HOUR_SECONDS;
  if (within < 0 || within >= 2 * HOUR_SECONDS) return 0;
  const arrival = 900 * Math.min(1, within / 20) * Math.exp(-within / 600);
  return 500 + arrival + 600 * bell(within / HOUR_SECONDS, 1.9, 0.1);
}

function bell(at: number, middle: number, width: number): number {
  return Math.exp(-(((at - middle) / width) ** 2) / 2);
}
