/**
 * SQL statements behind a request of each route, transaction control included.
 *
 *     node bench/statements.ts
 *
 * Exits 1 when a list takes more than three, or when a route was not asked at all.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { createClient } from './api/client.ts';
import { walkJourney } from './api/journey.ts';
import { serveApi } from './api/serve.ts';

const mostForLists = 3;
/** Needs a worker to have made the file. */
const notAsked = ['get /api/v1/certificates/{code}/pdf'];

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

interface Measured {
  readonly route: string;
  /** Of each request in turn. */
  readonly statements: number[];
  isList: boolean;
}

const api = await serveApi({ courses: 50, learners: 20 }, 18_080);
const client = createClient(api);
const routes: Measured[] = [];
try {
  const { paths } = documentSchema.parse((await client('GET /openapi.json')).body);
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of Object.keys(operations)) {
      routes.push({ route: `${method} ${path}`, statements: [], isList: false });
    }
  }
  await walkJourney(async (target, request) => {
    const reply = await client(target, request);
    const measured = routeOf(target);
    measured.statements.push(reply.statements);
    measured.isList = 'page' in reply.body;
    return reply;
  });
} finally {
  await api.stop();
}

/** The route a request goes to; of several that match, the one with the fewest parameters. */
function routeOf(target: string): Measured {
  const [method = '', url = ''] = target.split(' ');
  const [path = ''] = url.split('?');
  const matches = routes.filter(({ route }) => {
    const template = route.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${template}$`).test(`${method.toLowerCase()} ${path}`);
  });
  const parameters = ({ route }: Measured) => route.split('{').length;
  const [found] = matches.sort((a, b) => parameters(a) - parameters(b));
  if (!found) throw new Error(`${target} is no route of the document`);
  return found;
}

const faults: string[] = [];
console.log('SQL statements per request, in the order of the requests:');
for (const { route, statements, isList } of routes) {
  console.log(`  ${route}${isList ? ' (list)' : ''}: ${statements.join(', ') || 'not asked'}`);
  if (statements.length === 0 && !notAsked.includes(route)) faults.push(`${route} was not asked`);
  if (isList && Math.max(...statements) > mostForLists) faults.push(`${route} takes more than 3`);
}
mkdirSync('reports', { recursive: true });
writeFileSync('reports/bench-statements.json', `${JSON.stringify(routes, undefined, 2)}\n`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
