/**
 * One way to write a document as bytes, so that its signature means something: the canonical JSON
 * of RFC 8785, for what our documents hold (text, whole numbers, booleans, null, lists, objects
 * with ASCII names). Never decides what a document says. The twin of core/canonical.py.
 */

/**
 * The document's only byte form.
 * @param {unknown} document as JSON.parse gives it
 * @returns {Uint8Array}
 */
export function canonical(document) {
  return new TextEncoder().encode(written(document));
}

function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${written(value[name])}`).join(",")}}`;
}
