/** The API's own description: OpenAPI 3.1 from the routes, and a page to browse it. */
import { z } from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { renderPage } from './http/docs-page.ts';
import { type AnswerSpec, openRoute, type Route } from './http/route.ts';

const fault = z.strictObject({
  pointer: z.string().optional(),
  parameter: z.string().optional(),
  rule: z.string(),
  detail: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});

const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(fault).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

/** The document of these routes. @param publicUrl where the API is served */
function describe(routes: readonly Route[], publicUrl: string): oas31.OpenAPIObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Bellwether LMS', version: '1.0.0' },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  return {
    summary: route.summary,
    tags: [route.tag],
    requestParams: {
      ...(isObject(route.params) && { path: route.params }),
      ...(isObject(route.query) && { query: route.query }),
      ...(route.idempotent && { header: idempotencyHeader }),
    },
    ...(route.body && { requestBody: { content: { 'application/json': { schema: route.body } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, spec]) => [status, responseOf(spec)]),
      ),
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
    security: { anyone: [], optional: [{}, { bearer: [] }], 'signed-in': [{ bearer: [] }] }[
      route.access
    ],
  };
}

const idempotencyHeader = z.object({ 'Idempotency-Key': z.string().max(255).optional() });

function isObject(schema: z.ZodType | undefined): schema is z.ZodObject {
  return schema instanceof z.ZodObject;
}

function responseOf(spec: AnswerSpec) {
  if (spec === null) return { description: 'No content' };
  if ('file' in spec) return { description: 'A file', content: { [spec.file]: {} } };
  return { description: 'Success', content: { 'application/json': { schema: spec } } };
}

/** `/openapi.json` and `/docs`, made once at the first call; they describe themselves too. */
export function documentRoutes(routes: readonly Route[], publicUrl: string): readonly Route[] {
  let made: { readonly document: oas31.OpenAPIObject; readonly page: string } | undefined;
  const make = () => {
    const document = describe([...routes, ...own], publicUrl);
    made = { document, page: renderPage(document) };
    return made;
  };
  const own: readonly Route[] = [
    openRoute({
      method: 'get',
      path: '/openapi.json',
      summary: 'The OpenAPI document of this API',
      tag: 'documentation',
      access: 'anyone',
      cacheControl: 'public, max-age=300',
      answers: { 200: z.looseObject({ openapi: z.literal('3.1.0') }) },
      answer: async () => ({ status: 200, body: (made ?? make()).document, shared: true }),
    }),
    openRoute({
      method: 'get',
      path: '/docs',
      summary: 'The same to browse',
      tag: 'documentation',
      access: 'anyone',
      cacheControl: 'public, max-age=300',
      answers: { 200: { file: 'text/html; charset=utf-8' } },
      answer: async () => ({
        status: 200,
        file: { type: 'text/html; charset=utf-8', bytes: (made ?? make()).page },
      }),
    }),
  ];
  return own;
}
