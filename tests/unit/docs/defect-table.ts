import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The root of the repository. */
export const PROJECT = resolve(import.meta.dirname, '../../..');

/** One defect of a table in docs: what it is, what prevents it, and the tests by file and title. */
export interface DefectRow {
  readonly id: string;
  readonly defect: string;
  readonly prevention: string;
  readonly tests: readonly { readonly path: string; readonly title: string }[];
}

/** Reads a file of the repository. */
export const readProjectFile = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** The rows of a table of defects whose ids match. */
export function readDefectRows(path: string, id: RegExp): DefectRow[] {
  return readProjectFile(path)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, first = '']) => id.test(first))
    .map(([, first = '', defect = '', prevention = '', tests = '']) => ({
      id: first,
      defect,
      prevention,
      tests: [...tests.matchAll(/`([^`]+\.test\.ts)` › (.+?)(?=<br>|$)/g)].map(
        ([, testPath = '', title = '']) => ({ path: testPath, title: title.trim() }),
      ),
    }));
}

/** Ids of rows that leave a cell empty or name no test. */
export function listBareRows(rows: readonly DefectRow[]): string[] {
  return rows
    .filter(({ defect, prevention, tests }) => defect === '' || prevention === '' || tests.length === 0)
    .map(({ id }) => id);
}

/** Tests that rows name and that no file has. */
export function listMissingTests(rows: readonly DefectRow[]): { id: string; path: string; title: string }[] {
  const named = rows.flatMap(({ id, tests }) => tests.map((test) => ({ id, ...test })));
  return named.filter(({ path, title }) => {
    if (!existsSync(join(PROJECT, path))) return true;
    const titles = readProjectFile(path).matchAll(
      /\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])([\s\S]*?)\1,/g,
    );
    return ![...titles].some(([, , found]) => found === title);
  });
}
