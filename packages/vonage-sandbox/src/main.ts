#!/usr/bin/env node
import { runProgram } from './program.js';

const { exitCode, sandbox } = await runProgram(process.argv.slice(2), process.env, {
  say: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
});
process.exitCode = exitCode;

if (sandbox !== null) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.stop());
  }
}
