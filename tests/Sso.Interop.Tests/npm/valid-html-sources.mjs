import { text } from 'node:stream/consumers';
import { problemsOf } from './valid-html.mjs';

// Reads [[path, html], ...] and writes what is wrong, each line once.
const problems = new Set();
for (const [path, html] of JSON.parse(await text(process.stdin))) {
  for (const problem of await problemsOf(html)) {
    problems.add(`${path}: ${problem}`);
  }
}

process.stdout.write(JSON.stringify([...problems].sort()));
