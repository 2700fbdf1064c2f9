/** A PostgreSQL client that tells how long each statement took. */
import { Client } from 'pg';

type Report = (text: string, durationMs: number) => void;

/** A class for `pg.Pool` to make its connections of. @param report called after each statement */
export function createMeasuredClient(report: Report): typeof Client {
  const measured = class extends Client {};
  const { query } = Client.prototype;
  const measure = function measure(this: Client, ...args: unknown[]): unknown {
    const startMs = performance.now();
    const done = () => report(textOf(args[0]), performance.now() - startMs);
    const last = args.at(-1);
    if (typeof last === 'function') {
      args[args.length - 1] = (...results: unknown[]) => {
        done();
        return last(...results);
      };
      return Reflect.apply(query, this, args);
    }
    const result: unknown = Reflect.apply(query, this, args);
    if (result instanceof Promise) result.then(done, done);
    return result;
  };
  Object.defineProperty(measured.prototype, 'query', { value: measure });
  return measured;
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const text = query && typeof query === 'object' && 'text' in query ? query.text : undefined;
  return typeof text === 'string' ? text : '';
}
