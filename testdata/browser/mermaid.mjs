// Reads diagrams of Mermaid with Mermaid's own parser, as strictly as GitLab does: `node mermaid.mjs FILE...`.
// A file with the ending .md holds them in fences, any other file is one. Prints for each file a list of {error} or {nodes: {id: text}, edges: [[from, to, text]],
// frames: [text]}, the texts as a reader sees them.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const dom = new JSDOM('<!DOCTYPE html><body></body>');
Object.assign(globalThis, { window: dom.window, document: dom.window.document });
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', logLevel: 'fatal' });

const fences = (text) => [...text.matchAll(/^(`{3,})mermaid\n([^]*?)\n\1$/gm)].map((m) => m[2]);

// What the renderer makes of the text of a label: entities are decoded as its last step.
function seen(text) {
  const element = dom.window.document.createElement('div');
  element.innerHTML = (text ?? '').replace(/ﬂ°°/g, '&#').replace(/ﬂ°/g, '&').replace(/¶ß/g, ';').replace(/<br\s*\/?>/g, '\n');
  if (element.children.length > 0) throw new Error(`a label holds HTML: ${text}`);
  return element.textContent;
}

async function read(text) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    return {
      nodes: Object.fromEntries([...db.getVertices()].map(([id, v]) => [id, seen(v.text)])),
      edges: db.getEdges().map((e) => [e.start, e.end, seen(e.text)]),
      frames: db.getSubGraphs().map((g) => seen(g.title)),
    };
  } catch (e) {
    return { error: String(e) };
  }
}

const out = {};
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  out[file] = [];
  for (const diagram of file.endsWith('.md') ? fences(text) : [text]) out[file].push(await read(diagram));
}
console.log(JSON.stringify(out));
