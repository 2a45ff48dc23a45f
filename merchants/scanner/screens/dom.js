/**
 * The few shapes that every screen is made of: elements, buttons, fields. Text goes in as text and
 * never as markup, so that nothing read from a pass can become a script.
 */

import { icon } from "./icons.js";

/**
 * An element. Attributes that are null are left out; ``on…`` listens; true and false toggle.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes
 * @param {...(Node | string | null | undefined | (Node | string | null)[])} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * What a press does, one at a time: while its work is not done, more presses do nothing. The button
 * is not switched off, because that would take the focus away from who uses the keyboard.
 * @param {(event: Event) => unknown} work
 * @returns {(event: Event) => Promise<void>}
 */
export function once(work) {
  return async (event) => {
    event.preventDefault();
    const pressed = event.submitter ?? event.currentTarget;
    if (pressed.getAttribute("aria-disabled") === "true") return;
    pressed.setAttribute("aria-disabled", "true");
    try {
      await work(event);
    } finally {
      pressed.removeAttribute("aria-disabled");
    }
  };
}

/**
 * A button; ``look`` is ``main`` (one on a screen, the thumb's), ``plain`` or ``quiet``.
 * @param {string} text
 * @param {() => void} press
 * @param {{look?: "main" | "plain" | "quiet", sign?: string} & Record<string, unknown>} options
 */
export function button(text, press, { look = "plain", sign, ...attributes } = {}) {
  const shown = sign ? [icon(sign), h("span", {}, text)] : [text];
  return h("button", { type: "button", class: look, onclick: once(press), ...attributes }, shown);
}

/** The one title of a screen; it takes the focus when the screen opens. */
export const title = (text) => h("h1", { tabindex: "-1" }, text);

/**
 * A field with its label, its hint and the place of its error.
 * @param {string} id
 * @param {string} label
 * @param {{hint?: string} & Record<string, unknown>} options
 * @returns {{element: HTMLElement, input: HTMLInputElement, refuse: (why: string) => void}}
 */
export function field(id, label, { hint, ...attributes } = {}) {
  const described = [hint ? `${id}-hint` : null, `${id}-error`].filter(Boolean).join(" ");
  const input = h("input", { id, "aria-describedby": described, autocomplete: "off", ...attributes });
  const error = h("p", { id: `${id}-error`, class: "error", role: "alert" });
  return {
    element: h(
      "div",
      { class: "field" },
      h("label", { for: id }, label),
      hint ? h("p", { id: `${id}-hint`, class: "hint" }, hint) : null,
      input,
      error,
    ),
    input,
    refuse(why) {
      input.toggleAttribute("aria-invalid", Boolean(why));
      if (why) input.setAttribute("aria-invalid", "true");
      error.textContent = why;
      if (why) input.focus();
    },
  };
}

/**
 * A choice of one among several, as large rows.
 * @param {string} name
 * @param {string} legend
 * @param {{value: string, text: string, note?: string, off?: boolean}[]} choices
 * @param {string | null} chosen
 * @param {(value: string) => void} choose
 */
export function choiceOf(name, legend, choices, chosen, choose) {
  const rows = choices.map(({ value, text, note, off = false }) =>
    h(
      "label",
      { class: off ? "choice off" : "choice" },
      h("input", {
        type: "radio",
        name,
        value,
        checked: value === chosen && !off,
        disabled: off,
        onchange: () => choose(value),
      }),
      h("span", {}, text, note ? h("small", {}, note) : null),
    ),
  );
  return h("fieldset", { class: "choices" }, h("legend", {}, legend), rows);
}
