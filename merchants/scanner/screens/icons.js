/**
 * Drawn signs. Each stands beside words and is hidden from screen readers: it never says anything
 * alone. The four verdicts differ by their outer shape too, for eyes that do not tell colours.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Paths on a grid of 24: ``fill`` is the shape, ``line`` is drawn on it in the colour behind. */
const SIGNS = {
  confirmed: { fill: "M12 1a11 11 0 1 1 0 22 11 11 0 0 1 0-22z", line: "M6.5 12.5l4 4 7-8" },
  kept: { fill: "M12 1l11.5 21H.5z", line: "M12 18.5a4 4 0 1 1 0-8 4 4 0 0 1 0 8zm0-6v2l1.5 1" },
  used: { fill: "M2 2h20v20H2z", line: "M6 9h11l-3-3M18 15H7l3 3" },
  refused: { fill: "M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z", line: "M8 8l8 8M16 8l-8 8" },
  read: { line: "M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5M7 12h10" },
  today: { line: "M4 5h16v16H4zM4 10h16M8 2v5M16 2v5M8 15l3 3 5-5" },
  settings: { line: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4" },
  help: { line: "M5 3h4l2 5-2.5 2a12 12 0 0 0 5.5 5.5l2-2.5 5 2v4a2 2 0 0 1-2 2A17 17 0 0 1 3 5a2 2 0 0 1 2-2z" },
  torch: { line: "M8 2h8v4l-2 4v12h-4V10L8 6zM8 6h8M12 13v2" },
  photo: { line: "M3 7h4l2-3h6l2 3h4v13H3zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z" },
  keys: { line: "M2 6h20v12H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10" },
  back: { line: "M15 5l-7 7 7 7" },
  share: { line: "M12 15V3M8 7l4-4 4 4M6 11H4v10h16V11h-2" },
  plus: { line: "M4 4h16v16H4zM12 8v8M8 12h8" },
  genuine: { line: "M4 12.5l5 5L20 6" },
};

/**
 * A sign by its name.
 * @param {keyof typeof SIGNS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const { fill, line } = SIGNS[name];
  const drawing = element("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  if (fill) drawing.append(element("path", { d: fill, class: "shape" }));
  drawing.append(element("path", { d: line, class: fill ? "cut" : "line" }));
  return drawing;
}

function element(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
