import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CHECKS } from '../../shared/checks/catalog.ts';
import { planPipelineFlow } from '../../shared/pipeline/flow-plan.ts';
import { graph, SCHEDULES } from '../../shared/pipeline/graph.ts';
import { writeChecksPage } from './checks-page.ts';
import { replaceReadmeGraph, writePipelinePage } from './pipeline-page.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** A page whose text follows from the code. */
export interface GeneratedPage {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

/** Every page that is generated as a whole or in part, as it should be now. */
export function listGeneratedPages(): GeneratedPage[] {
  const readme = resolve(PROJECT_DIR, 'README.md');
  return [
    {
      path: resolve(PROJECT_DIR, 'docs/pipeline.md'),
      text: writePipelinePage({ graph, plan: planPipelineFlow(graph.names), schedule: SCHEDULES.weekday }),
    },
    { path: resolve(PROJECT_DIR, 'docs/checks.md'), text: writeChecksPage(CHECKS) },
    { path: readme, text: replaceReadmeGraph(readFileSync(readme, 'utf8'), graph) },
  ];
}
