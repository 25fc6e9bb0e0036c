import type { Request } from 'express';
import type { z } from 'zod';
import type { Part } from '../../shared/contract/endpoint.ts';
import type { FieldError } from '../../shared/contract/problems.ts';
import { ProblemError } from './problem.ts';

const toPointer = (path: readonly PropertyKey[]): string =>
  `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;

function nameField(place: Part, path: readonly PropertyKey[]): Omit<FieldError, 'detail'> {
  if (place === 'body') return { pointer: toPointer(path) };
  const name = String(path[0] ?? '');
  return place === 'headers' ? { header: name } : { parameter: name };
}

function toFieldErrors(error: z.ZodError, place: Part): FieldError[] {
  return error.issues.flatMap((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys';
    const paths = isUnknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const detail = isUnknown ? 'unknown field' : issue.message;
    return paths.map((path) => ({ ...nameField(place, path), detail }));
  });
}

function refuse(error: z.ZodError, place: Part): ProblemError {
  const errors = toFieldErrors(error, place);
  const named = errors.map(
    (field) => `${field.pointer ?? field.parameter ?? field.header ?? ''}: ${field.detail}`,
  );
  return new ProblemError('invalid-request', named.join('; '), errors);
}

/**
 * One part of a request, checked.
 *
 * @throws ProblemError naming every wrong field
 */
export function parsePart<Schema extends z.ZodType>(
  place: Part,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw refuse(parsed.error, place);
  return parsed.data;
}

/** The body of a request. @throws ProblemError naming every wrong field */
export function parseBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  if (request.is('application/json') === false) {
    throw new ProblemError(
      'unsupported-media-type',
      `expected application/json, got ${request.get('content-type') ?? 'nothing'}`,
    );
  }
  return parsePart('body', schema, request.body ?? {});
}

/** The query of a request. @throws ProblemError naming every wrong parameter */
export function parseQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return parsePart('query', schema, { ...request.query });
}
