/** What a pooler costs each query. */
import pg from 'pg';
import { quantile } from '../quantile.ts';

const costRounds = 9;
const queriesPerRound = 1000;

/** Microseconds of one `select` after another by each way, taken in turns: the medians of the rounds. */
export async function costsOfQuery(urls: readonly string[]): Promise<readonly number[]> {
  const clients = urls.map((connectionString) => new pg.Client({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  const rounds = clients.map((): number[] => []);
  for (let round = 0; round < costRounds; round++) {
    for (const [index, client] of clients.entries()) {
      const startMs = performance.now();
      for (let query = 0; query < queriesPerRound; query++) await client.query('select 1');
      rounds[index]?.push((performance.now() - startMs) / queriesPerRound);
    }
  }
  await Promise.all(clients.map((client) => client.end()));
  return rounds.map((each) => 1000 * quantile(each, 0.5));
}
