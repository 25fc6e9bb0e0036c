/** Something that a run left behind or said. */
export interface Place {
  /** Kind and name: `log of api`, `rows of audit_log`, `answer to listRuns`. */
  readonly name: string;
  readonly content: string | Buffer;
}

/** The characters of a Base64 text that are the same whatever stands before (`offset` bytes of it, modulo three) and behind. */
function encodeInside(secret: Buffer, offset: 0 | 1 | 2, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(offset), secret])
    .toString(encoding)
    .replaceAll('=', '');
  const isWhole = (offset + secret.length) % 3 === 0;
  return text.slice([0, 2, 3][offset], isWhole ? undefined : -1);
}

/** The ways in which a secret may be written down, by name. */
export function listForms(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = new Map([
    ['as it is', secret],
    ['in JSON', json],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ '': secret }).toString().slice(1)],
    ['in hexadecimal', bytes.toString('hex')],
  ]);
  for (const encoding of ['base64', 'base64url'] as const)
    for (const offset of [0, 1, 2] as const)
      forms.set(`in ${encoding} from byte ${offset}`, encodeInside(bytes, offset, encoding));
  return forms;
}

/** Which secrets stand where, and how, one line each. */
export function findSecrets(places: Iterable<Place>, secrets: Readonly<Record<string, string>>): string[] {
  // Most secrets are written in the same way in several of the forms.
  const wanted = Object.entries(secrets).map(
    ([name, secret]) =>
      [name, new Map([...listForms(secret)].toReversed().map(([form, text]) => [text, form]))] as const,
  );
  const found: string[] = [];
  for (const { name: place, content } of places)
    for (const [name, forms] of wanted) {
      const [, form] = [...forms].find(([text]) => content.includes(text)) ?? [];
      if (form !== undefined) found.push(`${name} ${form}: ${place}`);
    }
  return found;
}
