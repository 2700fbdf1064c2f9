import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

const cli = resolve(import.meta.dirname, '../../operator/cli.ts');
const executablePath = inject('chromium');

/** Three pods at most, so that the bound shows as a mark. */
const profile = {
  apiVersion: 'autoscaling.bellwether.dev/v1alpha1',
  kind: 'ScaleProfile',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    maxReplicas: 3,
    metrics: [
      {
        name: 'requests',
        type: 'Prometheus',
        prometheus: { query: 'sum(rate(requests_total[$window]))' },
        target: { type: 'AverageValue', averageValue: '35' },
      },
    ],
  },
};

/** Run in the page: what its ink, its paper and its second line look like. */
const look = `[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.querySelector('polyline.c1')).stroke]`;

test('a browser is there, or set-up has said why not', () => {
  expect(executablePath).toBeTypeOf('string');
});

describe.skipIf(executablePath === '')('the report of a simulation', () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bellwether-browser-'));
    await writeFile(join(folder, 'profile.json'), JSON.stringify(profile));
    const trace = ['--trace', 'step:1:1', '--compare', 'hpa,kpa'];
    const files = [
      '--profile',
      join(folder, 'profile.json'),
      '--html',
      join(folder, 'report.html'),
    ];
    await promisify(execFile)(process.execPath, [cli, 'simulate', ...trace, ...files]);
    const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath, args: quiet });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** The report open in a scheme, and what the console, errors and requests said. */
  async function open(colorScheme: 'light' | 'dark') {
    const page = await browser.newPage({ colorScheme });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => said.push(request.url()));
    const address = pathToFileURL(join(folder, 'report.html')).href;
    await page.goto(address);
    return { page, said: () => said.filter((text) => text !== address) };
  }

  const tipOf = (page: Page) => page.getByRole('tooltip');

  test.each(['light', 'dark'] as const)('pointing at a mark says why, in %s', async (scheme) => {
    const { page, said } = await open(scheme);
    const mark = page.locator('rect').first();
    await mark.hover();
    const tip = tipOf(page);
    await expect.poll(() => tip.isVisible()).toBe(true);
    expect(await tip.textContent()).toMatch(
      /^2026-01-05 \d\d:\d\d to 2026-01-05 \d\d:\d\d, profile: TooManyReplicas \d+ to 3: \d+ is more than/,
    );
    await page.locator('h1').hover();
    await expect.poll(() => tip.isVisible()).toBe(false);
    expect(said()).toEqual([]);
    await page.close();
  });

  test('each scheme has its own paper, ink and lines', async () => {
    const looks = await Promise.all(
      (['light', 'dark'] as const).map(async (scheme) => {
        const { page } = await open(scheme);
        const style = await page.evaluate<readonly string[]>(look);
        await page.close();
        return style;
      }),
    );
    expect(looks).toEqual([
      ['rgb(34, 34, 34)', 'rgb(255, 255, 255)', 'rgb(21, 101, 192)'],
      ['rgb(221, 221, 221)', 'rgb(22, 22, 22)', 'rgb(144, 202, 249)'],
    ]);
  });

  test('load, capacities and replicas are drawn, the tip stays in sight', async () => {
    const { page } = await open('light');
    expect(await page.locator('svg').first().locator('polyline').count()).toBe(4);
    expect(await page.locator('svg').nth(1).locator('polyline').count()).toBe(3);
    const last = page.locator('rect').last();
    await last.hover();
    const box = await tipOf(page).boundingBox();
    const view = page.viewportSize();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= (view?.width ?? 0)).toBe(
      true,
    );
    await page.close();
  });
});
