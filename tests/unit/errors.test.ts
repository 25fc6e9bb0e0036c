import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { describeFailure, PipelineError, TransientError } from '../../shared/errors.ts';

describe('PipelineError', () => {
  it('says what was expected and what came', () => {
    const error = new PipelineError('GET https://example.org', { expected: 'JSON', got: 'HTTP 503' });
    expect(error.message).toBe('GET https://example.org: expected JSON, got HTTP 503');
    expect(new PipelineError('plain').message).toBe('plain');
  });
});

describe('describeFailure', () => {
  it('keeps name and message, and whether a retry follows', () => {
    expect(describeFailure(new TransientError('GET x'), true)).toEqual({
      name: 'TransientError',
      message: 'GET x',
      retried: true,
    });
    expect(describeFailure('thrown text', false)).toEqual({
      name: 'Error',
      message: 'thrown text',
      retried: false,
    });
  });

  it('tells what the database said and leaves out the statement with its parameters', () => {
    const cause = new Error('deadlock detected');
    const failure = describeFailure(
      new DrizzleQueryError('insert into payloads …', ['a whole body'], cause),
      true,
    );
    expect(failure).toEqual({ name: 'Error', message: 'deadlock detected', retried: true });
  });

  it('cuts a message that would fill the ledger', () => {
    expect(describeFailure(new Error('x'.repeat(10_000)), false).message).toHaveLength(2_000);
  });
});
