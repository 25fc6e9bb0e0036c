import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listGeneratedPages } from '../../../infra/docs/generated-pages.ts';
import { drawGraph, replaceReadmeGraph } from '../../../infra/docs/pipeline-page.ts';
import { defineGraph } from '../../../shared/pipeline/define-graph.ts';

describe('generated pages', () => {
  it.each(listGeneratedPages())('are current: $path (else run make docs)', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

const small = defineGraph({
  bronze_a: { layer: 'bronze', reads: [], description: '' },
  bronze_b: { layer: 'bronze', reads: [], description: '' },
  silver_a: { layer: 'silver', reads: ['bronze_a'], description: '' },
  silver_b: { layer: 'silver', reads: ['bronze_a', 'bronze_b'], description: '' },
  agent_a: { layer: 'agents', reads: ['silver_a', 'silver_b'], description: '' },
  agent_b: { layer: 'agents', reads: ['silver_a', 'silver_b', 'agent_a'], description: '' },
});

describe('drawGraph', () => {
  it('draws every edge once, and edges between whole layers as one', () => {
    const arrows = drawGraph(small)
      .split('\n')
      .filter((line) => /[-=]+>/.test(line))
      .map((line) => line.trim());
    expect(arrows).toEqual([
      'bronze_a --> silver_a',
      'bronze_a --> silver_b',
      'bronze_b --> silver_b',
      'silver ==> agents',
      'agent_a --> agent_b',
    ]);
  });
});

describe('replaceReadmeGraph', () => {
  it('refuses a README without the markers', () => {
    expect(() => replaceReadmeGraph('# Title', small)).toThrow(/README.md has no/);
  });
});
