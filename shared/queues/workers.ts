import { Queue } from 'bullmq';
import { connectForCommands } from './connection.ts';
import { QUEUES, type QueueName } from './queues.ts';

const NAMES = Object.keys(QUEUES) as QueueName[];

/**
 * How many worker processes take jobs of each queue, by their connections.
 *
 * @throws Error when Redis does not answer
 */
export async function countWorkers(options: {
  readonly redisUrl: string;
  readonly prefix: string;
}): Promise<Record<QueueName, number>> {
  const connection = connectForCommands(options.redisUrl);
  try {
    const counts = await Promise.all(
      NAMES.map(async (name): Promise<[QueueName, number]> => {
        const queue = new Queue(name, { connection, prefix: options.prefix });
        // What fails is told by the question itself.
        queue.on('error', () => undefined);
        return [name, (await queue.getWorkers()).length];
      }),
    );
    return Object.fromEntries(counts) as Record<QueueName, number>;
  } finally {
    connection.disconnect();
  }
}
