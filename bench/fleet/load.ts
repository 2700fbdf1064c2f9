/** The load of every member of a fleet, now and in the past, as a small Prometheus tells it. */
import { startPrometheusServer } from '../../operator/testing/prometheus-server.ts';
import { loadAtFirst, queryOf } from './population.ts';

export interface Load {
  readonly url: URL;
  /** Of every member, at once. */
  readonly triple: () => void;
  readonly stop: () => Promise<void>;
}

const wobbleMs = 5000;

export async function startLoad(members: number): Promise<Load> {
  const prometheus = await startPrometheusServer();
  let mean = loadAtFirst;
  // Every minute of the last eight days has been seen.
  prometheus.past = () => wobbly(loadAtFirst);

  function wobble(): void {
    prometheus.asked.length = 0;
    for (let index = 0; index < members; index += 1) {
      prometheus.answers.set(queryOf(index), { values: [String(wobbly(mean))], agesSeconds: [2] });
    }
  }

  wobble();
  const wobbling = setInterval(wobble, wobbleMs);
  return {
    url: prometheus.url,
    triple: () => {
      mean = 3 * loadAtFirst;
      wobble();
    },
    stop: async () => {
      clearInterval(wobbling);
      await prometheus.close();
    },
  };
}

/** Give or take 3 %: real readings are never the same twice. */
function wobbly(mean: number): number {
  return Math.round(mean * (970 + 60 * Math.random())) / 1000;
}
