import { config } from 'zod';

// Its compiled checks need `eval`, which the policy of the pages refuses. Imported before whatever makes a schema: zod tries
// `eval` once, at the first one.
config({ jitless: true });
