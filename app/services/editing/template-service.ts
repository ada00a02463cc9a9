import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { TextFolder } from '../files/text-folder.ts';

/** A ready-made workflow to begin with. */
export interface TemplateItem {
  id: string;
  title: string;
  description: string;
  nodes: number;
}

export interface TemplateService {
  list(): Promise<TemplateItem[]>;
  /** @throws AppError template.missing */
  read(id: string): Promise<Workflow>;
  /** The same, with the prompt files that it names put into the workspace where they are not there yet. */
  use(id: string): Promise<Workflow>;
}

export interface TemplatePorts {
  /** The folder of templates of this release: `<id>.flow.json` and `prompts/`. */
  templates: TextFolder;
  workspace: TextFolder;
  registry: Registry;
}

const ENDING = '.flow.json';

export function createTemplateService({ templates, workspace, registry }: TemplatePorts): TemplateService {
  const ids = async () => (await templates.find(`*${ENDING}`)).map((file) => file.slice(0, -ENDING.length));

  async function read(id: string): Promise<Workflow> {
    const known = await ids();
    if (!known.includes(id)) {
      throw new AppError('template.missing', {
        message: `There is no template “${id}”.${didYouMean(id, known)}`,
        where: id,
        remedy: 'List the templates of this release.',
      });
    }
    return readWorkflow((await templates.read(`${id}${ENDING}`)).text, registry, id).workflow;
  }

  return {
    async list() {
      const workflows = await Promise.all((await ids()).map(async (id) => ({ id, workflow: await read(id) })));
      return workflows.map(({ id, workflow: { name, description = '', nodes } }) => ({
        id,
        title: name,
        description,
        nodes: nodes.length,
      }));
    },
    read,
    async use(id) {
      const workflow = await read(id);
      for (const { file } of Object.values(workflow.resources.prompts ?? {})) {
        if (!(await workspace.facts(file))) await workspace.write(file, (await templates.read(file)).text);
      }
      return workflow;
    },
  };
}
