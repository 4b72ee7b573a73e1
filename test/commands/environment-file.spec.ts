import * as fc from 'fast-check';
import { parseEnv } from 'node:util';
import { namesOfCutValues } from '../../src/commands/environment-file.js';

it.each([
  ['VONAGE_SIGNATURE_SECRET=k9#Zr2', ['VONAGE_SIGNATURE_SECRET']],
  ['export A=3#4', ['A']],
  ['  A = a#b\r\nB=x#y', ['A', 'B']],
  ['A=#all', ['A']],
  ['A="k9#Zr2"', []],
  ["A='k9#Zr2' # why", []],
  ['A=abc # a comment', []],
  ['A= # nothing', []],
  ['# A=k9#Zr2', []],
])('finds values that a # cuts: %j', (text, names) => {
  expect(namesOfCutValues(text)).toEqual(names);
});

it('names every value that is read shorter than it was written, and no other', () => {
  const written = fc.stringMatching(/^[A-Za-z0-9#!$%&*+.-]{1,12}$/);
  fc.assert(
    fc.property(written, (value) => {
      const text = `SECRET=${value}`;
      const isWhole = parseEnv(text)['SECRET'] === value;
      expect(namesOfCutValues(text)).toEqual(isWhole ? [] : ['SECRET']);
    }),
  );
});
