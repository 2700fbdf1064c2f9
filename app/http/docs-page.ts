/** The OpenAPI document as one self-contained page: no scripts, nothing loaded from elsewhere. */
import type { oas31 } from 'zod-openapi';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const style = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; padding: .3rem 0; } code, pre { font: 13px ui-monospace, monospace; }
pre { background: #8881; padding: .8rem; overflow: auto; } .m { display: inline-block; width: 4.5rem;
font-weight: 600; text-transform: uppercase; } :root { color-scheme: light dark; }`;

/** HTML with every operation under its tag, and every named schema. */
export function renderPage(document: oas31.OpenAPIObject): string {
  const operations = operationsOf(document);
  const sections = [...Map.groupBy(operations, ({ tag }) => tag)].map(
    ([tag, group]) => `<h2>${escapeHtml(tag)}</h2>${group.map(renderOperation).join('')}`,
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details><summary>${escapeHtml(name)}</summary>${renderJson(schema)}</details>`,
  );
  const title = escapeHtml(document.info.title);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>${title}</h1><p>The whole description: <a href="/openapi.json">openapi.json</a></p>
${sections.join('\n')}<h2>Schemas</h2>${schemas.join('')}</body></html>`;
}

interface Operation {
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly operation: oas31.OperationObject;
}

function operationsOf(document: oas31.OpenAPIObject): readonly Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ tag: operation.tags?.[0] ?? 'other', method, path, operation }] : [];
    }),
  );
}

function renderOperation({ method, path, operation }: Operation): string {
  const { summary = '', parameters, requestBody, responses } = operation;
  const detail = { parameters, requestBody, responses };
  return `<details><summary><span class="m">${method}</span><code>${escapeHtml(path)}</code>
${escapeHtml(summary)}</summary>${renderJson(detail)}</details>`;
}

function renderJson(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, undefined, 2))}</pre>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
