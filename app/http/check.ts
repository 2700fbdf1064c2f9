/** Answers checked against what the API's document promises: for tests. */
import type { Answer, Route } from './route.ts';

/** @throws Error when the route never promised such an answer */
export function checkAnswer(route: Route, answer: Answer): void {
  const where = `${route.method} ${route.path} ${answer.status}`;
  const promised = route.answers[answer.status];
  if (promised === undefined) throw new Error(`${where}: not in the document`);
  if (promised === null) {
    if (answer.body || answer.file) throw new Error(`${where}: promised no content`);
    return;
  }
  if ('file' in promised) {
    if (answer.file?.type !== promised.file) throw new Error(`${where}: promised ${promised.file}`);
    return;
  }
  if (!answer.body) throw new Error(`${where}: promised a body`);
  const result = promised.safeParse(JSON.parse(JSON.stringify(answer.body)));
  if (!result.success) throw new Error(`${where}: breaks its schema`, { cause: result.error });
}
