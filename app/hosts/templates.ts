import { join } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import { openTextFolder } from '../adapters/files/workspace-folder.ts';
import { limits } from '../core/graph/workflow.ts';
import { createTemplateService, type TemplateService } from '../services/editing/template-service.ts';
import { packageFolder } from './package-folder.ts';

/** The templates of this release. */
export function openTemplates(): TemplateService {
  const templates = openTextFolder(join(packageFolder(), 'workflows', 'templates'), limits.bytes * 2);
  return createTemplateService({ templates, registry });
}
