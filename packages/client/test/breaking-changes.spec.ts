import { readFileSync } from 'node:fs';
import { breakingChanges } from '../compatibility/breaking-changes.js';

type Json = Record<string, unknown>;

const text = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
const document = (): Json => JSON.parse(text) as Json;

/** The object at a path of the document. */
const at = (value: Json, ...path: readonly string[]): Json =>
  path.reduce((inner, name) => inner[name] as Json, value);

const after = (change: (changed: Json) => void): readonly string[] => {
  const changed = document();
  change(changed);
  return breakingChanges(document(), changed);
};

const schema = (changed: Json, name: string): Json => at(changed, 'components', 'schemas', name);

test('the document breaks nothing of itself', () => {
  expect(breakingChanges(document(), document())).toEqual([]);
});

test.each<[string, (changed: Json) => void]>([
  ['a route', (changed) => (at(changed, 'paths')['/v1/new'] = { get: { responses: {} } })],
  ['a field', (changed) => (at(schema(changed, 'Message'), 'properties')['colour'] = {})],
  [
    'an optional parameter',
    (changed) =>
      (at(changed, 'paths', '/v1/messages', 'get')['parameters'] as Json[]).push({
        name: 'colour',
        in: 'query',
        required: false,
        schema: { type: 'string' },
      }),
  ],
  ['a scope', (changed) => valuesAt(changed).push('paint')],
  [
    'an optional field of a request',
    (changed) => (at(schema(changed, 'SendMessageDto'), 'properties')['colour'] = {}),
  ],
])('%s may be added', (_name, change) => {
  expect(after(change)).toEqual([]);
});

test.each<[string, (changed: Json) => void, string]>([
  [
    'a route that is gone',
    (changed) => delete at(changed, 'paths')['/v1/limits'],
    'GET /v1/limits: the route is gone',
  ],
  [
    'a field of an answer that is gone',
    (changed) => delete at(schema(changed, 'Message'), 'properties')['explanation'],
    'explanation is gone',
  ],
  [
    'a field that may be missing',
    (changed) => {
      const message = schema(changed, 'Message');
      message['required'] = (message['required'] as string[]).filter((name) => name !== 'final');
    },
    'final may be missing now',
  ],
  [
    'a value that is gone',
    (changed) => valuesAt(changed).splice(0, 1),
    `the value ${String(valuesAt(document())[0])} is gone`,
  ],
  [
    'a new required parameter',
    (changed) =>
      (at(changed, 'paths', '/v1/messages', 'get')['parameters'] as Json[]).push({
        name: 'colour',
        in: 'query',
        required: true,
        schema: { type: 'string' },
      }),
    'the new parameter query colour is required',
  ],
  [
    'a new required field of a request',
    (changed) => {
      const body = schema(changed, 'SendMessageDto');
      body['required'] = [...(body['required'] as string[]), 'from'];
    },
    'from is required now',
  ],
  [
    'another type',
    (changed) => (at(schema(changed, 'Message'), 'properties')['revision'] = { type: 'string' }),
    'revision: was integer and is string',
  ],
])('%s is refused', (_name, change, words) => {
  expect(after(change).join('\n')).toContain(words);
});

/** The scopes that a request may name. */
function valuesAt(changed: Json): unknown[] {
  const scopes = at(schema(changed, 'CreateKeyDto'), 'properties', 'scopes');
  return at(scopes, 'items')['enum'] as unknown[];
}
