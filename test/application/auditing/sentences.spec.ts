import { clause, sentence } from '../../../src/application/auditing/sentences.js';

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
