import type { ActionDescription, AgentDescription, ParameterDescription } from './metadata.ts';

/**
 * The metadata of an agent as XML that every validator in use accepts: the DTD of resource-agents 4.12 (ocf-tester),
 * the schema of OCF 1.1, pcs 0.11, crmsh 4.4 and Pacemaker.
 *
 * Hence no `encoding` in the declaration (crmsh 4.4.1 cannot parse the whole metadata with one), a DOCTYPE and
 * `unique`, both of OCF 1.0 (the DTD wants them), and `<version>1.1</version>` (pcs 0.11 refuses any version but
 * 1.0 and 1.1; it is the OCF version, not ours).
 */
export function metadataXml(agent: AgentDescription): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">',
    `<resource-agent name="${escapeXml(agent.name)}">`,
    '<version>1.1</version>',
    element('longdesc', paragraphs(agent.longdesc)),
    element('shortdesc', agent.shortdesc),
    '',
    '<parameters>',
    ...agent.parameters.map(parameter),
    '</parameters>',
    '',
    '<actions>',
    ...agent.actions.map(action),
    '</actions>',
    '</resource-agent>',
    '',
  ].join('\n');
}

function parameter(described: ParameterDescription): string {
  const fallback = described.default === undefined ? '' : ` default="${escapeXml(described.default)}"`;
  return [
    `<parameter name="${escapeXml(described.name)}" unique="0" required="0">`,
    element('longdesc', paragraphs(described.longdesc)),
    element('shortdesc', described.shortdesc),
    `<content type="${described.type}"${fallback}/>`,
    '</parameter>',
    '',
  ].join('\n');
}

function action(described: ActionDescription): string {
  const attributes = [`name="${described.name}"`, `timeout="${described.timeoutSeconds}s"`];
  if (described.intervalSeconds !== undefined) attributes.push(`interval="${described.intervalSeconds}s"`);
  if (described.role !== undefined) attributes.push(`role="${described.role}"`);
  if (described.depth !== undefined) attributes.push(`depth="${described.depth}"`);
  return `<action ${attributes.join(' ')}/>`;
}

function element(name: string, text: string): string {
  return `<${name} lang="en">${escapeXml(text)}</${name}>`;
}

function paragraphs(texts: readonly string[]): string {
  return texts.length > 1 ? `\n${texts.join('\n\n')}\n` : texts.join('');
}

/** For text and for attribute values in double quotes. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
