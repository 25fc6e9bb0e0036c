import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  out: './shared/db/migrations',
  schema: './shared/db/schema.ts',
});
