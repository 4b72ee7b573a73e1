import { capitalised, clause, sentence } from '../../../src/application/auditing/sentences.js';

it.each([
  ['The call was lost', 'The call was lost.'],
  ['The call was lost.', 'The call was lost.'],
  ['The call was lost..', 'The call was lost.'],
  ['The call was lost. ', 'The call was lost.'],
  ['Was it lost?', 'Was it lost?'],
  ['Wait…', 'Wait…'],
  ['First. Second', 'First. Second.'],
  ['It said:', 'It said.'],
])('ends %j once', (text, ended) => {
  expect(sentence(text)).toBe(ended);
  expect(sentence(`${clause(text)}. Then`)).not.toContain('..');
});

it.each([
  ['it was closed', 'It was closed'],
  ['there is no ledger in data/old', 'There is no ledger in data/old'],
  ['data/ledger.sqlite is in use', 'data/ledger.sqlite is in use'],
  ['ledger.sqlite is in use', 'ledger.sqlite is in use'],
  ['localhost:5432 does not answer', 'localhost:5432 does not answer'],
])('begins %j as a sentence, but leaves the name of a file or host', (text, begun) => {
  expect(capitalised(text)).toBe(begun);
});
