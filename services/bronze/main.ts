import { readFredKey } from '../../shared/connectors/fred/api-key.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import { graph, type BronzeName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { startWorker } from '../../shared/pipeline/worker.ts';
import { runService } from '../../shared/process.ts';
import { createBronzeHandler } from './handler.ts';

await runService('bronze', async (context) => {
  const { config, log } = context;
  const isReplay = config.PROVIDERS === 'replay';
  const fredApiKey = readFredKey(config);
  if (fredApiKey === '') log.error({ variable: 'FRED_API_KEY' }, 'not set: bronze_fred will fail');
  const connectors = createConnectors({ fredApiKey });
  await startWorker(context, {
    queue: 'bronze',
    concurrency: config.BRONZE_CONCURRENCY,
    createHandlers: (db) =>
      Object.fromEntries(
        graph.names
          .filter((name): name is BronzeName => graph.assets[name].layer === 'bronze')
          .map((asset) => [
            asset,
            createBronzeHandler({ db, asset, connector: connectors[PROVIDER_OF[asset]], isReplay }),
          ]),
      ),
  });
});
