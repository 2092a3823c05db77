/** An XML element with nothing optional about it: what xml2js returns differs with the content. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

/** The newest texts and their trees: many simulated hosts look at the same few pictures of the cluster. */
const newest = new Map<string, XmlElement | undefined>();
/** Parts of a cluster that is cut, and the configuration of each. */
const MOST_KEPT = 16;

/** The root element, or undefined where the text is not well-formed XML. */
export async function parseXml(text: string): Promise<XmlElement | undefined> {
  if (newest.has(text)) return newest.get(text);
  const root = await parseAnew(text);
  newest.set(text, root);
  const [oldest = text] = newest.keys();
  if (newest.size > MOST_KEPT) newest.delete(oldest);
  return root;
}

async function parseAnew(text: string): Promise<XmlElement | undefined> {
  const { Parser } = await import('xml2js');
  const parser = new Parser({ explicitRoot: false, explicitChildren: true, preserveChildrenOrder: true });
  try {
    return elementOf(await parser.parseStringPromise(text));
  } catch {
    // sax errors carry positions only; the caller quotes the text it could not read.
    return undefined;
  }
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** All children of that name; none where the element itself is absent. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

function elementOf(node: unknown): XmlElement | undefined {
  if (!isRecord(node) || typeof node['#name'] !== 'string') return undefined;
  const children = Array.isArray(node.$$) ? node.$$ : [];
  return {
    name: node['#name'],
    attributes: attributesOf(node.$),
    children: children.map(elementOf).filter((child) => child !== undefined),
  };
}

function attributesOf(node: unknown): Readonly<Record<string, string>> {
  if (!isRecord(node)) return {};
  return Object.fromEntries(
    Object.entries(node).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
