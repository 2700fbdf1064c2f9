/** One YAML document stream for each chart of an environment. */
import { App, type Chart, Yaml } from 'cdk8s';
import { AppChart } from '../charts/app.ts';
import { DataChart } from '../charts/data.ts';
import { MonitoringChart } from '../charts/monitoring.ts';
import { OperatorChart } from '../charts/operator.ts';
import { ProfilesChart } from '../charts/profiles.ts';
import type { Environment } from './environments.ts';
import type { Images } from './images.ts';

/** @returns YAML by chart, in the order in which to apply them; no `data` where it is managed */
export function manifests(environment: Environment, images: Images): Map<string, string> {
  const app = new App();
  const charts: Chart[] = [new AppChart(app, 'app', { environment, images })];
  if (environment.data.type === 'inCluster') charts.push(new DataChart(app, 'data', images));
  charts.push(
    new MonitoringChart(app, 'monitoring', { environment, images }),
    new OperatorChart(app, 'operator', { environment, images }),
    new ProfilesChart(app, 'profiles', environment),
  );
  return new Map(charts.map((chart) => [chart.node.id, Yaml.stringify(...chart.toJson())]));
}
