import { expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import { parseBody, parseParams, parseQuery } from './validation.ts';

function problemOf(parse: () => unknown): Problem {
  try {
    parse();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('there was no problem');
}

const schema = z.strictObject({
  title: z.string().min(3),
  price: z.int().min(0),
  tags: z.array(z.strictObject({ 'a/b': z.string() })).default([]),
  password: z.string().min(12).default('long enough for all'),
});

test('every broken rule is reported with field, value and rule', () => {
  const { status, errors } = problemOf(() => parseBody(schema, { title: 'x', price: -1 }));
  expect(status).toBe(422);
  expect(errors).toEqual([
    expect.objectContaining({ pointer: '#/title', rule: 'too_small:3', value: 'x' }),
    expect.objectContaining({ pointer: '#/price', rule: 'too_small:0', value: -1 }),
  ]);
});

test('unknown fields are refused by name', () => {
  const { errors } = problemOf(() => parseBody(schema, { title: 'abc', price: 1, role: 'admin' }));
  expect(errors).toEqual([expect.objectContaining({ pointer: '#/role', rule: 'unknown_field' })]);
});

test('pointers escape what JSON pointers must', () => {
  const body = { title: 'abc', price: 1, tags: [{ 'a/b': 5 }] };
  const { errors } = problemOf(() => parseBody(schema, body));
  expect(errors[0]).toMatchObject({ pointer: '#/tags/0/a~1b', value: 5 });
});

test('a secret is never sent back', () => {
  const { errors } = problemOf(() =>
    parseBody(schema, { title: 'abc', price: 1, password: 'short' }),
  );
  expect(errors[0]).toMatchObject({ pointer: '#/password' });
  expect(errors[0]).not.toHaveProperty('value');
});

test('a missing body is a fault of the whole', () => {
  expect(problemOf(() => parseBody(schema, undefined)).errors[0]?.pointer).toBe('#');
});

test('faults of the query name the parameter', () => {
  const query = z.strictObject({ limit: z.coerce.number().max(100) });
  const { errors } = problemOf(() => parseQuery(query, { limit: '101', page: '2' }));
  expect(errors).toEqual([
    expect.objectContaining({ parameter: 'limit', rule: 'too_big:100', value: '101' }),
    expect.objectContaining({ parameter: 'page', rule: 'unknown_field' }),
  ]);
});

test('path parameters that can name nothing are 404', () => {
  const params = z.strictObject({ id: z.uuid() });
  expect(problemOf(() => parseParams(params, { id: '1' })).status).toBe(404);
});
