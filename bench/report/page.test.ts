import { expect, test } from 'vitest';
import type { Series } from './chart.ts';
import { renderPage } from './page.ts';

function pageWith(series: Partial<Series>): string {
  const chart = {
    title: 'Requests',
    unit: '/s',
    series: [{ name: 'answered', color: '--blue', values: [0, 50, 100], ...series }],
  };
  return renderPage({ title: 'A run', subtitle: '', tiles: [], charts: [chart], tables: [] });
}

test('the page asks the network for nothing', () => {
  expect(pageWith({})).not.toMatch(/(src|href)=|https?:|@import|url\(/);
});

test('values are drawn between the axis and the top, left to right', () => {
  expect(pageWith({})).toContain('d="M52.0,168.0L502.0,89.0L952.0,10.0"');
});

test('a gap breaks the line', () => {
  const [, drawn] =
    /class="line"[^>]*d="([^"]*)"/.exec(pageWith({ values: [1, null, 1, 1] })) ?? [];
  expect(drawn).toBe('M52.0,10.0');
  expect(pageWith({ values: [1, null, 1, 1] }).match(/class="line"/g)).toHaveLength(2);
});

test('text from elsewhere stays text', () => {
  const html = renderPage({
    title: '<b>',
    subtitle: '',
    tiles: [{ label: 'x', value: '<script>' }],
    charts: [],
    remarks: { api: ['</script><script>alert(1)'] },
    tables: [],
  });
  expect(html).toContain('<title>&lt;b&gt;</title>');
  expect(html.match(/<script/g)).toHaveLength(2);
});
