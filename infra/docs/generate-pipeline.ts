import { readFileSync, writeFileSync } from 'node:fs';
import { listGeneratedPages } from './generated-pages.ts';

// Writes the generated pages; with `--check`, says which of them are stale and exits 1.

const isCheck = process.argv.includes('--check');
for (const { path, text } of listGeneratedPages()) {
  const isCurrent = readFileSync(path, { encoding: 'utf8', flag: 'a+' }) === text;
  if (isCurrent) continue;
  if (isCheck) {
    process.stderr.write(`${path} is stale: run make docs\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    process.stdout.write(`${path} written\n`);
  }
}
