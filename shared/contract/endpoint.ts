import type { z } from 'zod';
import type { ProblemName } from './problems.ts';

/** What a key may do: each role may do everything that those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Statuses of answers that are no problem. */
export type GoodStatus = 200 | 201 | 202;

/**
 * One address of the API with one method: what may be asked, by whom, and what is answered. The server, the client, the
 * OpenAPI document and the documentation are made from it.
 */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With parameters in braces: `/v1/runs/{id}`. */
  readonly path: `/${string}`;
  /** Heading under which the documentation lists it. */
  readonly tag: string;
  /** What it does, in a few words. */
  readonly summary: string;
  readonly description?: string;
  /** The role that a key needs at least; null: none is asked for. */
  readonly role: Role | null;
  /** Parameters of the path. One that does not fit means that there is nothing at the address; its message says so. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers with a meaning of their own, by name. */
  readonly headers?: z.ZodObject;
  /** JSON. A request without a body stands for `{}`. */
  readonly body?: z.ZodObject;
  /** True when the answer is a stream of server-sent events, and `answers` says what the `data` of each is. */
  readonly stream?: true;
  readonly answers: { readonly [Status in GoodStatus]?: z.ZodType };
  /** True when the answer is bytes that are passed on as they are, to be saved: `answers` says what they are. */
  readonly download?: true;
  /** Media types that its answer may have beside JSON. */
  readonly files?: readonly string[];
  /** Problems of its own; those that every endpoint has are not repeated. */
  readonly problems: readonly ProblemName[];
}

/** Parts of a request. */
export type Part = 'params' | 'query' | 'headers' | 'body';

/** What a handler gets: the parts that the endpoint declares, checked and with their defaults. */
export type Asked<E extends Endpoint> = {
  readonly [P in Part as E[P] extends z.ZodType ? P : never]: E[P] extends z.ZodType ? z.output<E[P]> : never;
};

/** A value that may be made of read-only parts. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** What a handler returns: one of the declared answers. */
export type Reply<E extends Endpoint> = {
  [Status in keyof E['answers'] & GoodStatus]: {
    readonly status: Status;
    readonly body: E['answers'][Status] extends z.ZodType
      ? DeepReadonly<z.input<E['answers'][Status]>>
      : never;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof E['answers'] & GoodStatus];

type Given<E extends Endpoint> = {
  readonly [P in Part as E[P] extends z.ZodType ? P : never]: E[P] extends z.ZodType ? z.input<E[P]> : never;
};

/** Parts that may be left out because nothing in them is required. */
type Optional<T> = { readonly [K in keyof T as object extends T[K] ? K : never]?: T[K] };
type Required<T> = { readonly [K in keyof T as object extends T[K] ? never : K]: T[K] };

/** What a caller gives: the parts that the endpoint declares, before defaults. */
export type Call<E extends Endpoint> = Optional<Given<E>> & Required<Given<E>>;

/** What a caller gets: any of the declared answers. */
export type Answer<E extends Endpoint> = {
  [Status in keyof E['answers'] & GoodStatus]: E['answers'][Status] extends z.ZodType
    ? z.output<E['answers'][Status]>
    : never;
}[keyof E['answers'] & GoodStatus];

/** Declares an endpoint and keeps its exact type. */
export const defineEndpoint = <const E extends Endpoint>(endpoint: E): E => endpoint;

/** Every problem that an endpoint may answer with: its own, and those that follow from what it declares. */
export function listProblems({ role, body, problems }: Endpoint): readonly ProblemName[] {
  return [
    'invalid-request',
    'malformed-request',
    ...(role === null ? [] : (['unauthorized', 'too-many-requests', 'unavailable'] as const)),
    ...(role === null || role === 'viewer' ? [] : (['forbidden'] as const)),
    ...(body === undefined ? [] : (['body-too-large', 'unsupported-media-type'] as const)),
    'internal',
    ...problems,
  ];
}
