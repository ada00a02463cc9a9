import { AppError } from '../../../core/errors/app-error.ts';
import { didYouMean } from '../../../core/errors/suggest.ts';
import { type CommandContext, printJson } from '../command-context.ts';

export async function schema(context: CommandContext, of: string): Promise<void> {
  const { publishedSchemas } = await import('../../../core/graph/workflow-schema.ts');
  const schemas = publishedSchemas();
  const found = Object.hasOwn(schemas, of) ? schemas[of as keyof typeof schemas] : undefined;
  if (found) {
    printJson(context, found);
    return;
  }
  throw new AppError('cli.unknown', {
    message: `There is no schema “${of}”.${didYouMean(of, Object.keys(schemas))}`,
    where: of,
    remedy: `Name one of: ${Object.keys(schemas).join(', ')}.`,
  });
}
