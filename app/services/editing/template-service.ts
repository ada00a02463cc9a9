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
  /** The same, with the prompt files that it names put into a workspace where they are not there yet. */
  use(id: string, workspace: TextFolder): Promise<Workflow>;
  /** Every file of the workspace that the template is, pipewright.json first. @throws AppError template.missing */
  files(id: string): Promise<{ path: string; text: string }[]>;
}

export interface TemplatePorts {
  /**
   * The templates of this release: a folder each, which is a workspace around `workflows/<id>.flow.json`, with its prompts,
   * the documents and tables to try it on, a README and a picture.
   */
  templates: TextFolder;
  registry: Registry;
}

const CONFIG = 'pipewright.json';

export function createTemplateService({ templates, registry }: TemplatePorts): TemplateService {
  const ids = async () => (await templates.find(`*/${CONFIG}`)).map((file) => file.slice(0, -CONFIG.length - 1));

  async function known(id: string): Promise<string> {
    const all = await ids();
    if (all.includes(id)) return id;
    throw new AppError('template.missing', {
      message: `There is no template “${id}”.${didYouMean(id, all)}`,
      where: id,
      remedy: 'List the templates of this release: pipewright templates',
    });
  }

  async function read(id: string): Promise<Workflow> {
    const file = `${await known(id)}/workflows/${id}.flow.json`;
    return readWorkflow((await templates.read(file)).text, registry, id).workflow;
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
    async use(id, workspace) {
      const workflow = await read(id);
      for (const { file } of Object.values(workflow.resources.prompts ?? {})) {
        if (!(await workspace.facts(file))) await workspace.write(file, (await templates.read(`${id}/${file}`)).text);
      }
      return workflow;
    },
    async files(id) {
      const folder = `${await known(id)}/`;
      const paths = (await templates.find(`${folder}**/*`)).map((file) => file.slice(folder.length));
      const rest = paths.filter((path) => path !== CONFIG);
      return Promise.all(
        [CONFIG, ...rest].map(async (path) => ({ path, text: (await templates.read(`${folder}${path}`)).text })),
      );
    },
  };
}
