/** Writes the manifests of one environment: `main.ts [--environment NAME] [--images FILE] [--out DIR]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { development, production } from './environments.ts';
import { readImages } from './images.ts';
import { manifests } from './manifests.ts';

const environments = { development, production };

const { values } = parseArgs({
  options: {
    environment: { type: 'string', default: 'development' },
    images: { type: 'string', default: 'dist/images.json' },
    out: { type: 'string', default: 'dist' },
  },
});

const environment = Object.entries(environments).find(([name]) => name === values.environment)?.[1];
if (!environment) {
  const known = Object.keys(environments).join(', ');
  console.error(`--environment ${values.environment} is none of ${known}`);
  process.exit(2);
}

mkdirSync(values.out, { recursive: true });
for (const [name, yaml] of manifests(
  environment,
  readImages(values.images, environment.imagePrefix),
)) {
  const file = join(values.out, `${name}.yaml`);
  writeFileSync(file, yaml);
  console.log(file);
}
